"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const say = (text) => { document.getElementById("said").textContent = text; };

  for (const control of all("[data-control]")) control.hidden = false;

  // Everything is open for readers without script and for print.
  const folds = all("details.fold");
  for (const fold of folds) fold.open = false;
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = folds.filter((fold) => !fold.open);
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of folded) fold.open = false;
  });

  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const showTheme = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();

  const select = (node) => {
    const selection = getSelection();
    selection.removeAllRanges();
    const range = document.createRange();
    range.selectNodeContents(node);
    selection.addRange(range);
  };
  const copy = async (button) => {
    const code = button.parentElement.querySelector("code");
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      // Browsers without a clipboard for local files.
      select(code);
      isCopied = document.execCommand("copy");
    }
    const label = isCopied ? "Copied" : "Selected: press Ctrl+C";
    button.textContent = label;
    say(label);
    setTimeout(() => {
      button.textContent = "Copy";
      say("");
    }, 2500);
  };
  for (const button of all("button.copy")) button.addEventListener("click", () => copy(button));

  const form = document.getElementById("filters");
  if (!form) return;
  const shown = document.getElementById("shown");
  const groups = all("#findings .group");
  const number = (item) => Number(item.dataset.count || 1);
  const sum = (items) => items.reduce((total, item) => total + number(item), 0);
  const total = sum(all("#findings [data-side]"));

  const filter = () => {
    const wanted = new FormData(form);
    const severities = wanted.getAll("severity");
    const [side, area] = [wanted.get("side"), wanted.get("area")];
    let count = 0;
    for (const group of groups) {
      const isIn = severities.includes(group.dataset.severity) && (!area || area === group.dataset.area);
      const items = all("[data-side]", group);
      for (const item of items) item.hidden = Boolean(side) && side !== item.dataset.side;
      const visible = isIn ? items.filter((item) => !item.hidden) : [];
      for (const fold of all("details", group)) fold.hidden = !all("[data-side]", fold).some((item) => !item.hidden);
      group.hidden = visible.length === 0;
      count += sum(visible);
    }
    const plural = total === 1 ? "finding" : "findings";
    shown.textContent = count === total ? `${total} ${plural}` : `${count} of ${total} ${plural} shown`;
  };
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields have their first values only after the event.
  form.addEventListener("reset", () => setTimeout(filter));

  // A link to a finding that is filtered out shows it again.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.hidden) return;
    form.reset();
    setTimeout(() => target.scrollIntoView());
  };
  addEventListener("hashchange", reveal);
  filter();
})();
