// Keeps the first rows of long tables: every width and colour costs a layout of all of them.
(most) => {
  for (const body of document.querySelectorAll("tbody")) for (const row of [...body.rows].slice(most)) row.remove();
}
