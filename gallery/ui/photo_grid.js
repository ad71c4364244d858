function drawTile(tile, basePath) {
  const button = element("button", "tile");
  button.type = "button";
  button.dataset.id = tile.id;
  button.title = tile.name;
  button.style.setProperty("--ratio", tile.ratio);
  button.append(picture(tile.src, tile.alt, basePath));
  if (tile.faces) {
    const badge = element("span", "badge", String(tile.faces));
    badge.setAttribute("aria-hidden", "true");
    button.append(badge);
  }
  if (tile.note) {
    button.append(element("span", "note", tile.note));
    button.title = `${tile.name}\n${tile.note}`;
  }
  return button;
}

function drawDay(day, basePath) {
  const section = element("section", "day");
  const heading = element("h3", "date", day.heading);
  const tiles = element("div", "tiles");
  day.tiles.forEach((tile) => tiles.append(drawTile(tile, basePath)));
  // Takes what is left of the last row, so that its photos keep their size.
  tiles.append(element("span", "rest"));
  section.append(heading, tiles);
  return section;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".grid");
  const drawn = root.drawn || [];
  const wanted = data.days.map((day) => JSON.stringify(day));
  let same = 0;
  while (same < drawn.length && drawn[same].content === wanted[same]) same += 1;
  drawn.splice(same).forEach((old) => old.section.remove());
  for (let at = same; at < wanted.length; at += 1) {
    const section = drawDay(data.days[at], data.base);
    root.insertBefore(section, root.querySelector(".end"));
    drawn.push({ content: wanted[at], section });
  }
  root.drawn = drawn;
  moveWithArrows(root, ".tile");
  root.onclick = (event) => {
    const tile = event.target.closest(".tile");
    if (tile) setTriggerValue("open", Number(tile.dataset.id));
  };

  if (data.focus && root.focused !== data.focus) {
    root.focused = data.focus;
    const tile = root.querySelector(`.tile[data-id="${Number(data.focus)}"]`);
    if (tile) {
      tile.scrollIntoView({ block: "center" });
      root.querySelectorAll(".tile").forEach((other) => (other.tabIndex = other === tile ? 0 : -1));
      tile.focus({ preventScroll: true });
    }
  }

  // The next photos are asked for a good screen before the end is reached.
  const shown = root.querySelectorAll(".tile").length;
  const watch = new IntersectionObserver(
    (entries) => {
      if (!data.more || root.asked === shown || !entries.some((entry) => entry.isIntersecting)) return;
      root.asked = shown;
      setTriggerValue("more", shown);
    },
    { rootMargin: "0px 0px 900px 0px" },
  );
  watch.observe(root.querySelector(".end"));
  return () => watch.disconnect();
}
