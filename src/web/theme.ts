// theme.ts -- sets the theme before the first paint; the page changes it later (lib/theme.ts).

const theme = ((): string | null => {
  try {
    return localStorage.getItem('soniq_theme');
  } catch {
    return null; // storage may be forbidden: then the system decides
  }
})();

if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme;

export {};
