// What grids share in which things are chosen: a bar with what can be done with the chosen ones,
// and choosing one or all between two. A chooser has `chosen`, `last`, `bar`, `choose`, and `place`:
// where the focus goes once there is no bar.
function plainButton(text, then) {
  const button = element("button", "plain", text);
  button.type = "button";
  button.onclick = then;
  return button;
}

function drawAct(action, then) {
  const button = element("button", action.main ? "act main" : "act");
  button.type = "button";
  button.dataset.action = action.id;
  button.title = action.help || "";
  if (action.icon) {
    const icon = element("span", "icon", action.icon);
    icon.setAttribute("aria-hidden", "true");
    icon.setAttribute("translate", "no");
    button.append(icon);
  }
  button.append(action.label);
  button.onclick = then;
  return button;
}

// The rest of the acts behind one button, where a row of them has no room.
function drawMore(acts, bar) {
  const menu = element("div", "menu");
  menu.popover = "auto";
  menu.append(...acts);
  const more = drawAct({ id: "more", label: "More", icon: "more_horiz" }, null);
  more.setAttribute("aria-haspopup", "true");
  more.popoverTargetElement = menu;
  menu.onbeforetoggle = () => {
    menu.style.bottom = `${window.innerHeight - bar.getBoundingClientRect().top + 8}px`;
  };
  menu.onclick = () => menu.isConnected && menu.hidePopover();
  return [more, menu];
}

const NARROW = 640;

function drawBar(chooser, data, one, send) {
  const count = chooser.chosen.size;
  const label = element("span", "count", `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`);
  label.setAttribute("role", "status");
  const acts = data.actions
    .filter((action) => !action.single || count === 1)
    .map((action) => {
      const button = drawAct(action, () => {
        send(action.id, [...chooser.chosen]);
        // Where a question follows, it may be closed again without an answer.
        if (action.asks) comeBack(chooser.place);
        else chooser.choose([]);
      });
      button.disabled = Boolean(action.fewer && count >= data.all);
      return button;
    });
  chooser.bar.setAttribute("role", "toolbar");
  chooser.bar.setAttribute("aria-label", `What to do with the chosen ${one}s`);
  const folded = Boolean(data.folds) && window.innerWidth <= NARROW && acts.length > 2;
  const main = (act) => act.classList.contains("main");
  const shown = folded
    ? [...acts.filter(main), ...drawMore(acts.filter((act) => !main(act)), chooser.bar)]
    : acts;
  chooser.bar.classList.toggle("folded", folded);
  const clear = plainButton("Clear", () => chooser.choose([]));
  keepFocus(
    chooser.bar,
    () => {
      chooser.bar.hidden = count === 0;
      chooser.bar.replaceChildren(label, ...shown, clear);
    },
    () => chooser.place(),
  );
}

function flipChoice(chooser, ids, id, range) {
  const at = ids.indexOf(id);
  const from = chooser.last === null ? -1 : ids.indexOf(chooser.last);
  const wanted = new Set(chooser.chosen);
  if (range && from >= 0) {
    ids.slice(Math.min(at, from), Math.max(at, from) + 1).forEach((one) => wanted.add(one));
  } else if (!wanted.delete(id)) {
    wanted.add(id);
  }
  chooser.last = id;
  chooser.choose(wanted);
}
