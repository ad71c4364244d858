function drawTile(tile, basePath) {
  const button = element("button", "tile");
  button.type = "button";
  button.dataset.id = tile.id;
  button.title = tile.name;
  button.style.setProperty("--ratio", tile.ratio);
  button.append(picture(tile.src, tile.alt, basePath));
  const mark = element("span", "mark", "✓");
  mark.setAttribute("aria-hidden", "true");
  button.append(mark);
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
  const heading = element("h2", "date", day.heading);
  const tiles = element("div", "tiles");
  day.tiles.forEach((tile) => tiles.append(drawTile(tile, basePath)));
  // Takes what is left of the last row, so that its photos keep their size.
  tiles.append(element("span", "rest"));
  section.append(heading, tiles);
  return section;
}

// Sections that are the same stay, so that no picture is loaded again.
function drawDays(grid, data) {
  const drawn = grid.drawn || [];
  const wanted = data.days.map((day) => JSON.stringify(day));
  let same = 0;
  while (same < drawn.length && drawn[same].content === wanted[same]) same += 1;
  drawn.splice(same).forEach((old) => old.section.remove());
  for (let at = same; at < wanted.length; at += 1) {
    const section = drawDay(data.days[at], data.base);
    grid.insertBefore(section, grid.querySelector(".end"));
    drawn.push({ content: wanted[at], section });
  }
  grid.drawn = drawn;
}

// Choosing begins with the circle on a photo, a long press, Space, or the button above.
function letChoose(root, grid, data, send) {
  const chooser = (root.chooser ||= { chosen: new Set(), last: null, on: false });
  const ids = data.days.flatMap((day) => day.tiles.map((tile) => tile.id));
  const tools = root.querySelector(".tools");
  const can = data.actions.length > 0 && ids.length > 0;
  chooser.bar = root.querySelector(".bar");
  chooser.place = () => grid.querySelector('.tile[tabindex="0"]');

  const show = () => {
    const choosing = can && (chooser.on || chooser.chosen.size > 0);
    root.classList.toggle("can-choose", can);
    root.classList.toggle("choosing", choosing);
    grid.querySelectorAll(".tile").forEach((tile) => {
      if (choosing) tile.setAttribute("aria-pressed", String(chooser.chosen.has(Number(tile.dataset.id))));
      else tile.removeAttribute("aria-pressed");
    });
    const all = chooser.chosen.size === ids.length;
    const begin = plainButton("Select photos", () => {
      chooser.on = true;
      show();
    });
    const every = plainButton(all ? "Select none" : `Select all ${ids.length.toLocaleString("en")} shown`, () =>
      chooser.choose(all ? [] : ids),
    );
    const stop = plainButton("Done", () => chooser.choose([]));
    every.dataset.name = "all";
    const shown = can ? (choosing ? [every, stop] : [begin]) : [];
    keepFocus(tools, () => tools.replaceChildren(...shown), chooser.place);
    drawBar(chooser, data, "photo", send);
  };
  chooser.choose = (wanted) => {
    chooser.chosen = new Set(wanted);
    if (!chooser.chosen.size) chooser.on = false;
    show();
  };
  if (chooser.cleared !== data.cleared) {
    chooser.cleared = data.cleared;
    chooser.chosen.clear();
    chooser.on = false;
  }
  chooser.chosen = new Set([...chooser.chosen].filter((id) => ids.includes(id)));
  chooser.flip = (tile, range) => flipChoice(chooser, ids, Number(tile.dataset.id), range);
  chooser.all = () => chooser.choose(ids);
  chooser.can = can;
  chooser.isOn = () => can && (chooser.on || chooser.chosen.size > 0);
  show();
  return chooser;
}

const LONG_PRESS_MS = 450;

function letPress(grid, chooser) {
  let waiting = null;
  grid.onpointerdown = (event) => {
    const tile = event.target.closest(".tile");
    if (!tile || event.pointerType === "mouse" || !chooser.can) return;
    waiting = setTimeout(() => {
      chooser.pressed = true;
      chooser.flip(tile, false);
    }, LONG_PRESS_MS);
  };
  const stop = () => clearTimeout(waiting);
  grid.onpointerup = stop;
  grid.onpointermove = stop;
  grid.onpointercancel = stop;
  // A long press would open the menu of the picture.
  grid.oncontextmenu = (event) => {
    if (chooser.pressed) event.preventDefault();
  };
}

export default reading(({ parentElement, data, setTriggerValue }) => {
  const root = parentElement.querySelector(".photos");
  const grid = root.querySelector(".grid");
  keepPlace(grid, ".tile", () => {
    drawDays(grid, data);
    moveWithArrows(grid, ".tile");
  });
  const send = (action, photos) => setTriggerValue("act", { action, photos });
  const chooser = letChoose(root, grid, data, send);
  letPress(grid, chooser);
  const arrows = grid.onkeydown;
  grid.onkeydown = (event) => {
    const tile = event.target.closest(".tile");
    const all = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "a";
    if (tile && chooser.can && event.key === " ") chooser.flip(tile, event.shiftKey);
    else if (tile && chooser.can && all) chooser.all();
    else {
      arrows(event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  // Also while the bar has the focus.
  root.onkeydown = (event) => {
    // The key that a Mac calls delete.
    const key = event.key === "Backspace" ? "Delete" : event.key;
    const action = data.actions.find((one) => one.key === key);
    // An open menu is closed first.
    if (root.querySelector(":popover-open")) return;
    if (event.key === "Escape" && chooser.isOn()) chooser.choose([]);
    else if (action && chooser.chosen.size) {
      const photos = [...chooser.chosen];
      chooser.choose([]);
      send(action.id, photos);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  grid.onclick = (event) => {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    if (chooser.pressed) {
      chooser.pressed = false;
      return;
    }
    // Enter opens a photo whether or not some are chosen.
    const byMouse = event.detail > 0;
    const onMark = Boolean(event.target.closest(".mark"));
    if (chooser.can && byMouse && (onMark || event.shiftKey || chooser.isOn())) {
      chooser.flip(tile, event.shiftKey);
    } else {
      setTriggerValue("open", Number(tile.dataset.id));
    }
  };

  if (data.focus && root.focused !== data.focus) {
    root.focused = data.focus;
    const tile = grid.querySelector(`.tile[data-id="${Number(data.focus)}"]`);
    if (tile) {
      tile.scrollIntoView({ block: "center" });
      grid.querySelectorAll(".tile").forEach((other) => (other.tabIndex = other === tile ? 0 : -1));
      tile.focus({ preventScroll: true });
    }
  }

  // The next photos are asked for a good screen before the end is reached.
  const shown = grid.querySelectorAll(".tile").length;
  const watch = new IntersectionObserver(
    (entries) => {
      if (!data.more || root.asked === shown || !entries.some((entry) => entry.isIntersecting)) return;
      root.asked = shown;
      setTriggerValue("more", shown);
    },
    { rootMargin: "0px 0px 900px 0px" },
  );
  watch.observe(grid.querySelector(".end"));
  return () => watch.disconnect();
});
