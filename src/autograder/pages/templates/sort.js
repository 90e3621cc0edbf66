// A table is sorted by the button in the head of a column; without this script it stands in the order of names.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0], order = [...body.rows];
  const value = (row, column) => {
    let at = 0;
    for (const cell of row.cells) {
      if (at === column) return cell.dataset.sort ?? cell.textContent.trim();
      at += cell.colSpan;
    }
    return "";
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const direction = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", direction === 1 ? "ascending" : "descending");
      const empty = text => text === "" || text === "–";
      const compare = (one, other) => {
        const [a, b] = [value(one, column), value(other, column)];
        if (empty(a) || empty(b)) return empty(a) - empty(b);
        const difference = column ? Number(a) - Number(b) : order.indexOf(one) - order.indexOf(other);
        return direction * (Number.isNaN(difference) ? a.localeCompare(b) : difference);
      };
      body.append(...order.toSorted(compare));
    });
  });
}
// What is folded is printed open.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(folded => { folded.open = true; }));
