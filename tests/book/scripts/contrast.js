// Text of less than 4.5:1 (3:1 when large) and chart marks of less than 3:1 against what is behind them, one line each.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parsed = new Map();
  // [red, green, blue, opacity] of any CSS colour
  const colour = (css) => {
    if (!parsed.has(css)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      parsed.set(css, [red, green, blue, alpha / 255]);
    }
    return parsed.get(css);
  };
  const over = ([red, green, blue, alpha], below) =>
    [red, green, blue].map((part, i) => part * alpha + below[i] * (1 - alpha)).concat(1);
  const luminance = (shade) => {
    const [red, green, blue] = shade.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const faded = ([red, green, blue, alpha], opacity) => [red, green, blue, alpha * opacity];
  const styles = new Map();
  const style = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const opacity = (element) =>
    element ? Number(style(element).opacity) * opacity(element.parentElement) : 1;
  const backgrounds = new Map();
  const background = (element) => {
    if (!element) return colour("Canvas");
    if (!backgrounds.has(element))
      backgrounds.set(element, over(colour(style(element).backgroundColor), background(element.parentElement)));
    return backgrounds.get(element);
  };
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const problems = new Set();

  const faint = (element) => {
    const { color, fontSize, fontWeight } = style(element);
    const behind = background(element);
    const found = ratio(over(faded(colour(color), opacity(element)), behind), behind);
    const size = parseFloat(fontSize);
    const least = size >= 24 || (size >= 18.66 && fontWeight >= 700) ? 3 : 4.5;
    if (found < least) {
      const text = (element.value ?? element.textContent).trim().slice(0, 40);
      problems.add(`text '${text}' in <${element.localName} class="${element.className}">: ${found.toFixed(2)}:1, not ${least}:1`);
    }
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const carriers = new Set(document.querySelectorAll("input, select, textarea"));
  while (words.nextNode()) if (words.currentNode.data.trim()) carriers.add(words.currentNode.parentElement);
  for (const element of carriers)
    if (!element.closest("svg, script, noscript, :disabled") && visible(element)) faint(element);

  for (const svg of document.querySelectorAll("svg.chart")) if (svg.getClientRects().length) check(svg);
  return [...problems];

  function check(svg) {
    const page = background(svg.parentElement);
    const name = svg.closest("figure").id;
    const least = (kind, text, found, limit) => {
      if (found < limit) problems.add(`${name}: ${kind} ${text}: ${found.toFixed(2)}:1, not ${limit}:1`);
    };
    const texts = [...svg.querySelectorAll("text")];
    const drawn = [...svg.querySelectorAll("path, line, rect, circle, ellipse, polygon")].filter((each) => !each.closest("defs"));
    const shapes = drawn.map((shape) => {
      const { fill, fillOpacity, stroke, strokeOpacity } = style(shape);
      const solid = opacity(shape);
      const paints = [
        [fill, fillOpacity],
        [stroke, strokeOpacity],
      ]
        .filter(([css]) => css !== "none")
        .map(([css, part]) => ({ css, shade: faded(colour(css), part * solid) }));
      const found = Math.max(1, ...paints.map(({ shade }) => ratio(over(shade, page), page)));
      return { shape, paints, found, fill, box: shape.getBoundingClientRect(), label: shape.querySelector("title")?.textContent };
    });

    for (const one of shapes) {
      if (one.found >= 3) continue;
      // Lines of the grid bear no label; halos have the colour of the page; some marks only catch the pointer.
      const unseen = one.paints.every(({ shade }) => shade[3] === 0 || ratio(over(shade, page), page) < 1.01);
      if ((one.shape.localName === "line" && !one.label) || unseen) continue;
      // A pale band is told by a darker mark on it, by words on it, or by a darker mark of its colour in the same row.
      const meets = (box) =>
        box.left <= one.box.right + 2 && box.right >= one.box.left - 2 && box.top <= one.box.bottom + 2 && box.bottom >= one.box.top - 2;
      const inRow = ({ top, bottom }) => (top + bottom) / 2 >= one.box.top && (top + bottom) / 2 <= one.box.bottom;
      const told =
        shapes.some((other) => {
          if (other.found < 3) return false;
          const akin = other.paints.some(({ css }) => one.paints.some((own) => own.css === css));
          return akin ? meets(other.box) || inRow(other.box) : other.label && meets(other.box);
        }) || texts.some((text) => meets(text.getBoundingClientRect()) && inRow(text.getBoundingClientRect()));
      // Words on a mark say what its shade does.
      const worded = texts.some((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        return left >= one.box.left && right <= one.box.right && top >= one.box.top && bottom <= one.box.bottom;
      });
      if (worded || (one.paints.some(({ shade }) => shade[3] < 0.5) && told)) continue;
      least("mark", `'${one.label ?? ""}' ${one.paints.map(({ css }) => css).join(" ")}`, one.found, 3);
    }

    const halos = texts.filter((text) => style(text).stroke !== "none");
    for (const text of texts) {
      if (halos.includes(text)) continue;
      const shade = faded(colour(style(text).fill), style(text).fillOpacity * opacity(text));
      for (const behind of grounds(text, halos, shapes, page))
        least("label", `'${text.textContent}'`, ratio(over(shade, behind), behind), 4.5);
    }
  }

  // The colours behind the start, the middle and the end of a label; a halo puts the page itself behind it.
  function grounds(text, halos, shapes, page) {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    const same = (halo) => halo.textContent === text.textContent && Math.abs(halo.getBoundingClientRect().top - top) < 4;
    if (halos.some(same)) return [page];
    return [left + 1, (left + right) / 2, right - 1].map((x) => {
      const point = new DOMPoint(x, (top + bottom) / 2);
      let behind = page;
      for (const { shape, paints, fill } of shapes) {
        const earlier = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
        const filled = earlier && fill !== "none" && shape.isPointInFill(point.matrixTransform(shape.getScreenCTM().inverse()));
        if (filled) behind = over(paints[0].shade, behind);
      }
      return behind;
    });
  }
}
