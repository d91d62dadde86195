/** A chart as a file of its own: what the page's style sheet says is written into the elements. */
const COLOURS = ["fill", "stroke", "color"] as const;

/** A chart that the page does not show, with the page's colours. */
export function drawnAlone(drawn: Element, title: string): string {
  const host = document.createElement("div");
  host.hidden = true;
  host.append(drawn);
  document.body.append(host);
  const file = standalone(host.querySelector("svg"), title);
  host.remove();
  return file;
}

export function standalone(svg: SVGSVGElement | null, title: string): string {
  if (svg === null) return "";
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll("*")];
  for (const [i, element] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const original = originals[i];
    if (original === undefined) continue;
    const styles = getComputedStyle(original);
    for (const name of COLOURS) {
      const value = element.getAttribute(name);
      if (value?.includes("var(") === true || value === "currentColor")
        element.setAttribute(name, styles.getPropertyValue(name));
    }
    for (const name of [
      "class",
      "id",
      "style",
      "role",
      "aria-hidden",
      "aria-selected",
      "data-target",
      "data-targets",
    ]) {
      element.removeAttribute(name);
    }
  }
  const page = getComputedStyle(svg);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("font-family", page.fontFamily);
  copy.setAttribute("font-size", page.fontSize);
  copy.setAttribute("fill", page.color);
  copy.setAttribute("role", "img");
  const words = document.createElementNS("http://www.w3.org/2000/svg", "title");
  words.textContent = title;
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
  copy.prepend(words, ground);
  return new XMLSerializer().serializeToString(copy);
}
