// Ids used twice and levels of headings left out, as the page is after its scripts have run: one line each.
() => {
  const problems = [];
  const ids = new Set();
  for (const { id } of document.querySelectorAll("[id]")) {
    if (ids.has(id)) problems.push(`the id '${id}' is used twice`);
    ids.add(id);
  }
  let before = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const level = Number(heading.tagName[1]);
    if (level > before + 1) problems.push(`'${heading.textContent}' is of level ${level} after one of level ${before}`);
    before = level;
  }
  return problems;
}
