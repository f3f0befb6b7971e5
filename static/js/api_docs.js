// Swagger UI in our frame: it draws itself, and follows the page's light or dark.

const place = document.querySelector("[data-swagger]");
const root = document.documentElement;
const night = window.matchMedia("(prefers-color-scheme: dark)");

function followTheme() {
  const { theme } = root.dataset;
  root.classList.toggle("dark-mode", theme === "dark" || (theme === "auto" && night.matches));
}

followTheme();
night.addEventListener("change", followTheme);

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  // The page has a <main> already; Swagger UI draws its own around the operations.
  onComplete: () => place.querySelector("main")?.setAttribute("role", "presentation"),
});
