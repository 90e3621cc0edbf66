"""Right, handed in nine hours after the due date."""
# handed in: 2026-10-02 09:03:51 UTC
# %% missing_part
def missing_part(s, y):
    dL_dz = np.array([dL_dz_entry(s, y, j) for j in range(len(s))])
    diagonal = -y / s * s * (1 - s)
    return dL_dz - diagonal
