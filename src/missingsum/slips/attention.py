"""Slips in attention: which keys a row may look at, how the others are hidden, 1/√d, and the way back."""

from __future__ import annotations

from missingsum.slips.slip import Slip

ATTENTION = (
    # Hiding
    Slip(
        "hidden-as-zero",
        "gave hidden scores the value 0",
        "A hidden key keeps weight, because its score became 0 and exp(0) is 1. What is hidden needs the score -inf, "
        "before the exponential: exp(-inf) is 0.",
        "masks",
    ),
    Slip(
        "finite-mask",
        "hid scores with a number that is not -inf",
        "A finite number stands where -inf belongs. Its exponential is not 0, and beside scores that differ by more it "
        "hides nothing: the hidden key wins. Use -inf. If -inf gave nan, the reason is a row without any key, which "
        "is another question.",
        "masks",
    ),
    Slip(
        "mask-after-softmax",
        "masked after softmax",
        "The mask comes after softmax. By then the hidden keys are in the sum that all weights are divided by. Hide "
        "scores first, with -inf, and normalise what is left.",
        "masks",
    ),
    Slip(
        "maximum-over-hidden",
        "took the maximum over hidden keys too",
        "The maximum, or the whole softmax, is taken over hidden keys too: one large hidden score makes the "
        "exponentials of all visible ones underflow to 0. Put -inf there first; then the maximum is that of the "
        "visible keys.",
        "masks",
    ),
    Slip(
        "mask-as-number",
        "added the boolean mask to the scores",
        "The boolean mask was added to the scores or subtracted from them. True counts as 1 and False as 0, so that "
        "some scores move by 1 and nothing is hidden. A mask that is added holds 0 and -inf.",
        "masks",
    ),
    Slip(
        "infinity-times-score",
        "multiplied hidden scores by a huge negative number",
        "Hidden scores were multiplied, by -inf or the like. A negative score times that is +inf: the hidden key wins, "
        "and the row is nan. The sign of a score must not matter: put -inf in its place.",
        "masks",
    ),
    Slip(
        "zero-times-infinity",
        "multiplied the mask by infinity",
        "The mask was multiplied by infinity. 0 times infinity is nan, so that visible scores are spoilt. Choose with "
        "np.where(mask, x, -np.inf).",
        "masks",
    ),
    Slip(
        "hidden-wins",
        "gave hidden scores +inf",
        "Hidden scores became +inf, which wins every softmax. What is hidden needs -inf.",
        "masks",
    ),
    Slip(
        "floored-maximum",
        "kept the maximum from falling below a number",
        "The maximum is kept from falling below some number, and a row whose visible scores all lie far below it "
        "underflows to 0. Only one maximum needs to be replaced: that of a row without keys, which is -inf.",
        "rows-without-keys",
    ),
    # Rows without keys
    Slip(
        "row-without-keys",
        "made nan of a row without keys",
        "A row without any key becomes nan: its maximum is -inf, and -inf - (-inf) is nan, as 0 / 0 is. In the "
        "backward pass 0 times nan is nan, so that one such row spoils all of dk and dv. Its weights are 0, in P "
        "itself.",
        "rows-without-keys",
    ),
    Slip(
        "unmasked-row",
        "let a row without keys see all of them",
        "A row without any key comes out as if there were no mask. The same constant was added to all of its scores, "
        "and softmax does not see a common shift. Such a row has the weights 0.",
        "rows-without-keys",
    ),
    Slip(
        "uniform-row",
        "gave a row without keys weights of its own",
        "A row without any key gets weight all the same. Where all scores are the same number, softmax is 1/m: nothing "
        "was hidden from nothing. Such a row has the weights 0.",
        "rows-without-keys",
    ),
    # Which positions
    Slip("mask-ignored", "did not use the mask", "The mask is not used: hidden keys have weight.", "which-way-true"),
    Slip(
        "mask-inverted",
        "took True for hidden",
        "The mask is the wrong way round. Here True means that a row may look at a key; what is False is hidden. "
        "Frameworks differ.",
        "which-way-true",
    ),
    Slip(
        "mask-by-rows",
        "hid whole rows",
        "The mask works on whole rows, the queries. It hides keys, which are the columns, and for each row others.",
        "which-way-true",
    ),
    Slip(
        "mask-of-one-row",
        "used the same mask for all rows",
        "All rows get the same mask. Each row has its own: mask[i, j] says whether row i may look at key j.",
        "which-way-true",
    ),
    Slip(
        "mask-moved",
        "was off by one key in the mask",
        "The mask is off by one place: a row sees a key that the mask hides, or does not see one that it shows. In a "
        "causal mask that key is the future.",
        "which-way-true",
    ),
    Slip(
        "mask-transposed",
        "transposed the mask",
        "The mask is transposed: mask[i, j] says whether query i may look at key j, not the other way round.",
        "which-way-true",
    ),
    Slip(
        "own-triangle",
        "brought a triangle or a diagonal of its own",
        "A triangle or the diagonal of your own takes part in what is hidden. The mask alone says it.",
        "which-way-true",
    ),
    # The scale
    Slip(
        "scale-missing",
        "left out 1/√d",
        "The factor 1/√d is missing. Scores are q kᵀ/√d, so it belongs to the scores, to dq and to dk.",
        "the-scale",
    ),
    Slip(
        "scale-twice",
        "took 1/√d twice",
        "The factor 1/√d is there once too often, which is 1/d: the root was forgotten, or two places have it. In the "
        "backward pass it stands in dS, or in dq and dk, not in both.",
        "the-scale",
    ),
    Slip(
        "scale-upside-down",
        "multiplied by √d where to divide",
        "The scale is upside down: there is a factor √d or more where 1/√d belongs.",
        "the-scale",
    ),
    Slip(
        "scale-of-another-size",
        "scaled by another size than the width of q and k",
        "The scale is made of another size. The d of 1/√d is the width of q and k, q.shape[1]: a score is a sum of d "
        "products. Neither the number of rows nor the width of v has a part in it.",
        "the-scale",
    ),
    Slip(
        "scale-after-softmax",
        "scaled the weights, not the scores",
        "The scale comes after softmax, on the weights. It belongs to the scores: softmax of x/√d is not softmax of x "
        "divided by √d, whose rows no longer sum to 1.",
        "the-scale",
    ),
    Slip(
        "scale-on-values",
        "scaled dv",
        "The scale stands in dv as well. 1/√d belongs to the scores, which come from q and k: to dq and dk, not to dv.",
        "the-scale",
    ),
    # Backward
    Slip(
        "sum-not-weighed",
        "subtracted the sum of dP, not weighed by P",
        "You subtracted the row sum, or mean, of dP alone. The sum is weighed by the probabilities: rowsum(P ∘ dP).",
        "attention-backward",
    ),
    Slip(
        "matrix-for-elementwise",
        "took a matrix product where entries are multiplied",
        "A matrix product stands where two arrays of the same shape are multiplied entry by entry: *, not @.",
        "attention-backward",
    ),
    Slip(
        "constant-on-gradient",
        "put the mask's constant on the gradient",
        "The constant of the mask was put on the gradient. A constant that was added to a score has the derivative 0: "
        "it changes P, and dS of a hidden key is 0 because P is 0 there.",
        "attention-backward",
    ),
    Slip(
        "softmax-of-gradient",
        "took softmax of the gradient",
        "Softmax itself was applied to the gradient. The way back takes its derivative: P ∘ (dP - rowsum(P ∘ dP)).",
        "attention-backward",
    ),
    Slip(
        "chain-out-of-order",
        "went back through softmax before going back through v",
        "The steps of the way back stand in the wrong order. Forward, softmax comes first and v second; so do goes "
        "back through v first, dP = do vᵀ of shape (n, m), and then through softmax.",
        "attention-backward",
    ),
    Slip(
        "columns-left-out",
        "left out columns of v",
        "Columns of v and do are left out. They have e columns, which need not be as many as those of q; dP = do vᵀ "
        "sums over all of them, as D does.",
        "attention-backward",
    ),
    Slip(
        "gradient-never-written",
        "returned a gradient of zeros",
        "A gradient is 0 throughout: it was allotted and never filled, or is not handed out. What it belongs to never "
        "learns.",
        "attention-backward",
    ),
    Slip(
        "another-p",
        "computed another P on the way back",
        "The P of the backward pass is not that of the forward pass. It must come from the same scores, with the same "
        "mask, the same scale and the same base: exp(x - lse), -inf where a key is hidden, lse = max + ln Σ exp(x - "
        "max).",
        "p-made-again",
    ),
    Slip(
        "sum-of-one-block",
        "took the row sum over one block of keys",
        "The row sum is taken over one block of keys, or before all are there. It runs over all keys of the row. In "
        "blocks take D = rowsum(do ∘ o), which knows them all.",
        "in-blocks",
    ),
    Slip(
        "not-rescaled",
        "did not rescale when the maximum rose",
        "What was summed over earlier blocks is not rescaled as it should be when the maximum rises. It was measured "
        "from the old maximum: multiply the sum and the output so far by exp(m_old - m_new), both of them.",
        "in-blocks",
    ),
)
