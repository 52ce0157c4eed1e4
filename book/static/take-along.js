// What a reader takes along from the folds "Download" and "Cite", offered when one is first opened: pictures for slides
// and posts, and buttons that copy. Loaded by report.js.
"use strict";

(() => {
  const prepared = new WeakSet();
  const AS_LINK = { padding: 0, border: 0, background: "none", font: "inherit", color: "var(--accent)", textDecoration: "underline", cursor: "pointer" };
  const canCopy = Boolean(navigator.clipboard);
  // A page on disk may not read the pixels of another file.
  const canCopyPicture = canCopy && window.ClipboardItem && location.protocol !== "file:";
  const address = document.querySelector("link[rel=canonical]")?.href ?? location.href.split(/[?#]/)[0];

  window.takeAlong = (fold) => {
    if (prepared.has(fold)) return;
    prepared.add(fold);
    const place = fold.closest("figure.exhibit, .standing-table");
    const offered = fold.querySelector(".citation") ? ofCitation(fold, place) : place?.matches("figure") ? ofChart(fold, place) : [];
    if (offered.length) fold.append(line(offered));
  };

  function ofCitation(fold, place) {
    const words = () => [...fold.querySelectorAll(".citation")].map((each) => each.textContent).join("\n");
    return canCopy ? [copier("Copy citation", words), copier("Copy link", () => address + (place ? `#${place.id}` : ""))] : [];
  }

  function ofChart(fold, figure) {
    const stem = fold.querySelector("a").getAttribute("href").replace(/^charts\/(.*)\.\w+$/, "$1");
    const pictures = [["16:9", "16x9"], ["Square", "square"]].map(([textContent, shape]) =>
      make("a", { textContent, href: `charts/${stem}.${shape}.png`, download: "" }),
    );
    const buttons = [];
    if (canCopyPicture) buttons.push(copier("Copy picture", () => pixels(pictures[0].href)));
    const page = `embed/${stem}.html`;
    const embed = make("a", { textContent: "Page to embed", href: page });
    if (canCopy) buttons.push(copier("Copy code to embed", () => code(page, figure), isHosted() ? "" : "; put the book's address before embed/"));
    return [...pictures, embed, ...buttons];
  }

  function line(offered) {
    const said = make("span", { role: "status" });
    const parts = offered.flatMap((each, i) => (i ? [" · ", each] : [each]));
    const paragraph = make("p", {}, ...parts, " ", said);
    paragraph.addEventListener("copied", ({ detail }) => (said.textContent = detail));
    return paragraph;
  }

  /** A button that copies what `content` gives: words, or a promise of a picture. */
  function copier(textContent, content, remark = "") {
    const button = make("button", { type: "button", textContent });
    Object.assign(button.style, AS_LINK);
    button.addEventListener("click", async () => {
      let detail = `Copied${remark}.`;
      try {
        const given = content();
        if (typeof given === "string") await navigator.clipboard.writeText(given);
        else await navigator.clipboard.write([new ClipboardItem({ "image/png": given })]);
      } catch {
        detail = "The browser did not let it be copied.";
      }
      button.dispatchEvent(new CustomEvent("copied", { detail, bubbles: true }));
    });
    return button;
  }

  async function pixels(source) {
    const picture = make("img", { src: source });
    await picture.decode();
    const canvas = make("canvas", { width: picture.naturalWidth, height: picture.naturalHeight });
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  function isHosted() {
    return address.startsWith("http");
  }

  function code(page, figure) {
    const title = figure.querySelector(".exhibit-title").firstChild.data.trim();
    const quoted = title.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
    const source = isHosted() ? new URL(page, address).href : page;
    return `<iframe src="${source}" title="${quoted}" width="100%" height="${height(figure, title)}" loading="lazy"></iframe>`;
  }

  /** Of a frame in which all can be seen, at the width of a large screen (816 px for a chart) and of a phone (344 px). */
  function height(figure, title) {
    const charts = [...figure.querySelectorAll("svg.chart")].map((svg) => {
      const [wide, high] = ["width", "height"].map((side) => Number(svg.getAttribute(side)));
      return (high / wide) * (wide > 400 ? 816 : 344);
    });
    const subtitle = figure.querySelector(".exhibit-subtitle")?.textContent.length ?? 0;
    const words = 0.8 * title.length + 0.5 * subtitle + 22 * figure.querySelectorAll(".key li").length;
    return Math.ceil(Math.max(...charts) + words + 200);
  }
})();
