// What is wrong with the page as it stands in this window, one line each.
() => {
  const edge = document.documentElement.clientWidth;
  const box = (element) => element.getBoundingClientRect();
  const shown = (element) => element.getClientRects().length > 0;
  const named = (element) =>
    `<${element.tagName.toLowerCase()} class="${element.className.baseVal ?? element.className}"> ${element.textContent.trim().slice(0, 40)}`;
  const problems = [];

  if (document.documentElement.scrollWidth > edge) {
    const outside = [...document.querySelectorAll("body *")].filter(
      (each) => shown(each) && box(each).right > edge + 1 && !each.closest(".table-scroll, .table-wrap, pre, svg"),
    );
    problems.push(`the page scrolls sideways: ${outside.slice(-3).map(named).join(" and ") || "nothing sticks out"}`);
  }

  for (const figure of document.querySelectorAll("figure.exhibit")) {
    const drawings = [...figure.querySelectorAll("svg.chart")].filter(shown);
    if (drawings.length !== 1) problems.push(`${figure.id}: ${drawings.length} drawings are shown, not one`);
    for (const svg of drawings) {
      const frame = box(svg);
      if (frame.width <= 200 || frame.height <= 60 || svg.querySelectorAll("path, line, rect").length < 2)
        problems.push(`${figure.id}: the drawing is empty or tiny, ${frame.width} by ${frame.height} px`);
      for (const text of svg.querySelectorAll("text")) {
        const own = box(text);
        const inside =
          own.left >= frame.left - 1 && own.right <= frame.right + 1 && own.top >= frame.top - 1 && own.bottom <= frame.bottom + 1;
        if (own.width && !inside) problems.push(`${figure.id}: the label '${text.textContent}' is cut`);
      }
    }
  }
  return problems;
}
