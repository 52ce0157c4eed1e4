// Opens every fold and keeps the first rows, items and links of long lists: the rest has the same markup.
(most) => {
  // A choice beside a chart stays shut: what it leaves out of the light is faint on purpose.
  for (const fold of document.querySelectorAll("details:not(.choices details)")) fold.open = true;
  for (const list of document.querySelectorAll("tbody, ul, ol, p")) {
    const seen = {};
    for (const item of [...list.children]) {
      const kind = `${item.tagName} ${item.className}`;
      seen[kind] = (seen[kind] ?? 0) + 1;
      if (seen[kind] > most) item.remove();
    }
  }
}
