// What would be printed wrongly: means of finding one's way, charts wider than the paper, dark paper.
() => {
  const shown = (element) => element.checkVisibility();
  const problems = [];
  const frame = "body > header, body nav:not(main nav), nav.turn, aside, button, input, select, dialog, [role=search], .skip, .permalink";
  for (const part of document.querySelectorAll(frame))
    if (shown(part)) problems.push(`<${part.localName} class="${part.className}"> is printed`);
  const edge = document.documentElement.clientWidth;
  const charts = [...document.querySelectorAll("svg.chart")].filter(shown);
  if (!charts.length) problems.push("no chart is printed");
  for (const chart of charts)
    if (chart.getBoundingClientRect().right > edge) problems.push(`${chart.closest("figure").id} is wider than the paper`);
  const paper = getComputedStyle(document.body).backgroundColor;
  if (paper !== "rgb(255, 255, 255)") problems.push(`the paper is ${paper}`);
  return problems;
}
