// Checks a clinic's own words while they are typed; without it the button does, on the server too.
const form = document.querySelector("form[data-check]");
const pause = 1200;
let waiting = 0;
let asking = null;

async function check() {
  if (asking) asking.abort();
  asking = new AbortController();
  const mine = asking;
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Companion-Part": "checked" },
      signal: mine.signal,
    });
    if (!answer.ok || answer.redirected) return;
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch (error) {
    // The button checks too; what is saved is checked in any case.
    if (error.name !== "AbortError") return;
  }
}

function show(found) {
  for (const part of found.querySelectorAll("[data-found]")) {
    const place = form.querySelector(`[data-show="${part.dataset.found}"]`);
    if (!place) continue;
    place.replaceChildren(...part.childNodes);
    const group = place.closest(".nhsuk-form-group");
    if (!group) continue;
    const wrong = place.querySelector(".nhsuk-error-message") !== null;
    group.classList.toggle("nhsuk-form-group--error", wrong);
    const field = group.querySelector("textarea");
    field.classList.toggle("nhsuk-textarea--error", wrong);
    field.toggleAttribute("aria-invalid", wrong);
    if (wrong) field.setAttribute("aria-invalid", "true");
  }
}

form.addEventListener("input", function () {
  clearTimeout(waiting);
  waiting = setTimeout(check, pause);
});
