// Light or dark: what was chosen in this browser, else the theme of JupyterLab, else the system's preference.

const KEY = "cvwidgets-theme";

/** Whether the page is dark. Pure. @param {{chosen?: string, lab?: string, published: boolean, prefersDark: boolean}} page what each of them says */
export function isDark({ chosen, lab, published, prefersDark }) {
  if (chosen === "light" || chosen === "dark") return chosen === "dark";
  if (lab === undefined || (published && lab === "true")) return prefersDark;
  return lab === "false";
}

/** What was chosen: "light", "dark" or "system". */
export function chosenTheme() {
  return document.documentElement.dataset.cvwTheme ?? "system";
}

/** Chooses for all widgets of this page, and for the pages to come in this browser. @param {"light" | "dark" | "system"} theme */
export function chooseTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.cvwTheme;
  else document.documentElement.dataset.cvwTheme = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing follows the choice on this page alone.
  }
}

/** Takes over what was chosen on an earlier page of this browser. */
export function recallTheme() {
  try {
    const theme = localStorage.getItem(KEY);
    if (theme === "light" || theme === "dark") document.documentElement.dataset.cvwTheme = theme;
  } catch {
    // As above.
  }
}
