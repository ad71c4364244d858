// What the colours mean; a person or group in it can be looked at and chosen.
function drawSwatch(colour, mark) {
  const swatch = element("span", `swatch ${mark}`);
  swatch.style.background = colour;
  swatch.setAttribute("aria-hidden", "true");
  return swatch;
}

function drawEntry(entry, palette, only, choose) {
  const button = element("button", "entry");
  button.type = "button";
  const [colour, mark] = palette[entry.code];
  const label = element("span", "label", entry.label);
  button.append(
    drawSwatch(colour, mark),
    label,
    element("span", "count", entry.count.toLocaleString("en")),
  );
  button.title = `${entry.label}: choose all ${entry.count.toLocaleString("en")} faces`;
  button.onmouseenter = button.onfocus = () => only(entry.code);
  button.onmouseleave = button.onblur = () => only(-1);
  button.onclick = (event) => choose(entry.code, event.shiftKey);
  return button;
}

function drawScale(scale) {
  const line = element("div", "scale");
  const ramp = element("span", "ramp");
  ramp.style.background = `linear-gradient(to right, ${scale.colours.join(", ")})`;
  line.append(element("span", "", scale.low), ramp, element("span", "", scale.high));
  return line;
}

function drawLegend(root, legend, palette, only, choose) {
  const parts = (legend.entries || []).map((entry) => drawEntry(entry, palette, only, choose));
  if (legend.scale) parts.push(drawScale(legend.scale));
  if (legend.rest) {
    const rest = element("span", "rest");
    rest.append(drawSwatch("#808080", "circle"), element("span", "label", legend.rest));
    parts.push(rest);
  }
  root.replaceChildren(...parts);
}
