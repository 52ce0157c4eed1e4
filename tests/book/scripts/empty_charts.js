// To a screen reader a chart is one image with a name and a description: of the rest only its size matters.
() => {
  for (const part of document.querySelectorAll("svg.chart > :not(title, desc)")) part.remove();
}
