// One field to say what is looked for, the conditions as chips, and what each would find.
const WAIT_MS = 140;

function chip(className, text, count, then) {
  const button = element("button", `chip ${className}`);
  button.type = "button";
  button.append(element("span", "label", text));
  if (count !== null && count !== undefined) {
    button.append(element("span", "count", Number(count).toLocaleString("en")));
  }
  button.onclick = then;
  return button;
}

function drawTerm(term, go) {
  const button = chip(term.negated ? "term not" : "term", term.label, null, () => go(term.without));
  const cross = element("span", "cross", "✕");
  cross.setAttribute("aria-hidden", "true");
  button.append(cross);
  button.setAttribute("aria-label", `Leave out ${term.label}`);
  button.title = "Leave this out";
  return button;
}

function drawFacet(facet, go) {
  const row = element("div", "facet");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", facet.title);
  row.append(element("span", "title", facet.title));
  const values = element("div", "values");
  facet.values.forEach((value) => {
    const button = chip(value.on ? "value on" : "value", value.label, value.count, () => go(value.query));
    button.setAttribute("aria-pressed", String(Boolean(value.on)));
    values.append(button);
  });
  row.append(values);
  return row;
}

// Beside results there is room for the values of one filter at a time.
function drawFolded(root, facets, go) {
  const tabs = element("div", "tabs");
  const place = element("div", "place");
  const show = () => {
    const open = facets.find((facet) => facet.title === root.open);
    [...tabs.children].forEach((tab, at) => {
      tab.setAttribute("aria-expanded", String(facets[at] === open));
      tab.classList.toggle("on", facets[at] === open);
    });
    place.replaceChildren(...(open ? [drawFacet(open, go)] : []));
  };
  facets.forEach((facet) => {
    const tab = chip("tab", facet.title, null, () => {
      root.open = root.open === facet.title ? null : facet.title;
      show();
    });
    const sign = element("span", "cross", "▾");
    sign.setAttribute("aria-hidden", "true");
    tab.append(sign);
    tabs.append(tab);
  });
  show();
  return [tabs, place];
}

function drawError(error) {
  const line = element("div", "error");
  line.setAttribute("role", "alert");
  const where = element("div", "where");
  where.append(
    element("span", "", error.text.slice(0, error.start)),
    element("mark", "", error.text.slice(error.start, error.end) || " "),
    element("span", "", error.text.slice(error.end)),
  );
  line.append(where, element("div", "", error.message));
  return line;
}

function drawOption(root, item, at, choose) {
  const option = element("li", "option");
  option.id = `go-on-${at}`;
  option.setAttribute("role", "option");
  option.append(element("span", "label", item.label), element("span", "detail", item.detail));
  // Before the field loses the focus, which closes the list.
  option.onpointerdown = (event) => {
    event.preventDefault();
    choose(item);
  };
  option.onpointermove = () => mark(root, at);
  return option;
}

function mark(root, at) {
  root.marked = at;
  const options = [...root.list.children];
  options.forEach((option, place) => {
    option.classList.toggle("marked", place === at);
    option.setAttribute("aria-selected", String(place === at));
  });
  if (options[at]) {
    root.field.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  } else root.field.removeAttribute("aria-activedescendant");
}

function build(root) {
  const box = element("form", "box");
  box.setAttribute("role", "search");
  root.field = element("input", "field");
  Object.assign(root.field, { type: "search", autocomplete: "off", spellcheck: false, maxLength: 1000 });
  root.field.enterKeyHint = "search";
  root.field.setAttribute("role", "combobox");
  root.field.setAttribute("aria-autocomplete", "list");
  root.field.setAttribute("aria-controls", "go-on");
  root.field.setAttribute("autocapitalize", "none");
  root.list = element("ul", "list");
  root.list.id = "go-on";
  root.list.setAttribute("role", "listbox");
  root.send = element("button", "send", "Search");
  root.send.type = "submit";
  box.append(root.field, root.send, root.list);
  root.form = box;
  root.below = element("div", "below");
  root.replaceChildren(box, root.below);
}

export default reading(({ parentElement, data, setStateValue, setTriggerValue }) => {
  const root = parentElement.querySelector(".search");
  if (!root.field) build(root);
  const { field, list } = root;
  field.placeholder = data.placeholder;
  field.setAttribute("aria-label", data.placeholder);
  if (root.applied !== data.text) {
    root.applied = data.text;
    field.value = data.text;
  }
  const go = (text) => {
    close();
    clearTimeout(root.waiting);
    field.value = text;
    root.applied = text;
    setTriggerValue("go", text);
  };
  const ask = () => {
    clearTimeout(root.waiting);
    root.waiting = setTimeout(
      () => setStateValue("typed", { text: field.value, caret: field.selectionStart ?? field.value.length }),
      WAIT_MS,
    );
  };
  const close = () => {
    list.replaceChildren();
    field.setAttribute("aria-expanded", "false");
    mark(root, -1);
  };
  const choose = (item) => {
    if (item.done) return go(item.text);
    field.value = item.text;
    field.setSelectionRange(item.caret, item.caret);
    close();
    ask();
  };

  const offered = data.offered || { text: "", items: [] };
  const fits = offered.items.length > 0 && offered.text === field.value && root.getRootNode().activeElement === field;
  const said = JSON.stringify(offered);
  if (!fits) close();
  else if (root.said !== said || !list.children.length) {
    list.replaceChildren(...offered.items.map((item, at) => drawOption(root, item, at, choose)));
    field.setAttribute("aria-expanded", "true");
    mark(root, -1);
  }
  root.said = said;

  field.oninput = ask;
  field.onblur = close;
  // The app has shortcuts of one letter; words being typed are none of them.
  field.onkeyup = (event) => event.stopPropagation();
  field.onkeydown = (event) => {
    const count = list.children.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count) {
      event.preventDefault();
      // After the last one comes the field itself, as before the first.
      const next = (root.marked + 1 + step + count + 1) % (count + 1);
      mark(root, next - 1);
    } else if (event.key === "Enter" && root.marked >= 0 && count) {
      event.preventDefault();
      choose(offered.items[root.marked]);
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      close();
    }
    event.stopPropagation();
  };
  root.form.onsubmit = (event) => {
    event.preventDefault();
    go(field.value.trim());
  };

  const drawn = JSON.stringify([data.terms, data.facets, data.error, data.folded]);
  if (root.drawn !== drawn) {
    root.drawn = drawn;
    const terms = element("div", "terms");
    terms.append(...data.terms.map((term) => drawTerm(term, go)));
    if (data.terms.length > 1) terms.append(chip("clear", "Clear all", null, () => go("")));
    const parts = [
      ...(data.error ? [drawError(data.error)] : []),
      ...(data.terms.length ? [terms] : []),
      ...(data.folded ? drawFolded(root, data.facets, go) : data.facets.map((facet) => drawFacet(facet, go))),
    ];
    keepFocus(root.below, () => root.below.replaceChildren(...parts), () => field);
  }
  return listenToKeys(root, (event) => {
    const typing = event.composedPath()[0];
    const isField = typing.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(typing.tagName || "");
    if (event.key !== "/" || isField || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
});
