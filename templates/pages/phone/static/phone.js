"use strict";

// Saves the reader from reloading: asks for this same page every second and takes over what changed.
// Every word comes from the server; without this script the page works by plain forms and links.

(() => {
  const log = document.getElementById("log");
  const reload = document.getElementById("reload");
  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const offline = document.getElementById("offline");
  const reached = (yes) => { if (offline && offline.hidden !== yes) offline.hidden = yes; };
  const toEnd = () => { log.scrollTop = log.scrollHeight; };

  const replaceParts = (fresh, selector) => {
    for (const part of document.querySelectorAll(selector)) {
      const next = fresh.getElementById(part.id);
      if (next && next.innerHTML !== part.innerHTML) part.innerHTML = next.innerHTML;
    }
  };

  // Texts are matched by key, so that a screen reader hears only the new ones.
  const mergeLog = (fresh) => {
    const next = fresh.getElementById("log");
    if (!next) return;
    const follow = atEnd();
    const here = new Map([...log.children].map((line) => [line.dataset.key, line]));
    let changed = false;
    let previous = null;
    for (const line of [...next.children]) {
      const known = here.get(line.dataset.key);
      if (known) {
        here.delete(line.dataset.key);
        if (known.innerHTML !== line.innerHTML) known.innerHTML = line.innerHTML;
        previous = known;
      } else {
        const added = document.importNode(line, true);
        if (previous) previous.after(added); else log.prepend(added);
        previous = added;
        changed = true;
      }
    }
    for (const gone of here.values()) gone.remove();
    if (changed && follow) toEnd();
  };

  const takeOver = (html, answered) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.getElementById("log")) return;
    mergeLog(fresh);
    replaceParts(fresh, "[data-live]");
    if (answered) replaceParts(fresh, "[data-answer]");
  };

  let asking = false;
  const poll = async () => {
    if (asking || document.hidden || !reload) return;
    asking = true;
    try {
      const answer = await fetch(reload.href, { cache: "no-store" });
      if (answer.ok) takeOver(await answer.text(), false);
      reached(true);
    } catch (error) {
      reached(false); // It may be starting again; the next second asks again.
    } finally {
      asking = false;
    }
  };

  const post = async (form, button) => {
    const fields = new URLSearchParams(new FormData(form));
    if (button.name) fields.set(button.name, button.value);
    const answer = await fetch(form.action, { method: "POST", body: fields });
    takeOver(await answer.text(), true);
    reached(true);
    return answer.ok;
  };

  const takeForm = (form, done) => {
    if (!form) return;
    let busy = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      const button = event.submitter || form.querySelector("button");
      const words = button.textContent;
      busy = true;
      if (button.dataset.busy) button.textContent = button.dataset.busy;
      try {
        done(await post(form, button));
      } catch (error) {
        reached(false);
      } finally {
        busy = false;
        button.textContent = words;
      }
    });
  };

  const body = document.getElementById("body");
  takeForm(document.getElementById("compose"), (sent) => {
    if (sent) { body.value = ""; toEnd(); }
    body.focus();
  });
  takeForm(document.getElementById("clock"), () => {});

  toEnd();
  if (reload) {
    reload.parentElement.hidden = true;
    setInterval(poll, 1000);
  }
})();
