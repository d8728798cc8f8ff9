import { initAll } from "./vendor/nhsuk-frontend-10.6.1.js";

if (document.body.classList.contains("nhsuk-frontend-supported")) {
  initAll();
} else {
  document.addEventListener("DOMContentLoaded", function () { initAll(); });
}
