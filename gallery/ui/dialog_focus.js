// A dialog gives the focus back to what opened it. Where that is gone, as the entry of a menu is,
// nobody has it, and whoever works by keyboard begins at the top: it goes to what had it before.
(() => {
  if (window.galleryDialogFocus) return;
  window.galleryDialogFocus = true;
  const dialog = '[role="dialog"]';
  const above = `${dialog}, [role="menu"], [role="listbox"], [data-baseweb="popover"]`;
  let last = null;
  let open = false;
  document.addEventListener("focusin", (event) => {
    // What is inside of a drawn part has its own tree; outside of it only the part is seen.
    if (!event.target.closest(above)) last = event.composedPath()[0];
  });
  const giveBack = () => {
    if (document.activeElement === document.body) last?.focus({ preventScroll: true });
  };
  new MutationObserver(() => {
    const was = open;
    open = Boolean(document.querySelector(dialog));
    if (was && !open) requestAnimationFrame(giveBack);
  }).observe(document.body, { childList: true, subtree: true });
})();
