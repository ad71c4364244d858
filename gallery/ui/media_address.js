// Pictures come as paths below the app's own address, which only the browser knows: the app may
// lie under a base path, or behind a proxy that strips one.
function mediaAddress(path, basePath) {
  if (!path || !path.startsWith("/")) return path || "";
  const loaded = performance
    .getEntriesByType("resource")
    .map((entry) => entry.name)
    .find((name) => name.startsWith(location.origin) && name.includes("/static/js/"));
  const base = loaded
    ? loaded.slice(0, loaded.indexOf("/static/js/"))
    : location.origin + (basePath ? "/" + basePath : "");
  return base + path;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// A picture that cannot be loaded leaves its place empty rather than showing a broken sign.
function picture(path, alt, basePath, eager) {
  const image = element("img");
  image.alt = alt || "";
  image.decoding = "async";
  image.loading = eager ? "eager" : "lazy";
  image.draggable = false;
  image.onerror = () => image.classList.add("missing");
  image.src = mediaAddress(path, basePath);
  return image;
}
