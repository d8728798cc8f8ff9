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
    if (!fresh.getElementById("log")) throw new Error("That is not the phone page.");
    mergeLog(fresh);
    replaceParts(fresh, "[data-live]");
    if (answered) replaceParts(fresh, "[data-answer]");
  };

  let asking = false;
  let answers = 0;
  const poll = async () => {
    if (asking || document.hidden || !reload) return;
    asking = true;
    const before = answers;
    try {
      const answer = await fetch(reload.href, { cache: "no-store" });
      const html = await answer.text();
      // A page asked for before a form was answered may be older than that answer.
      if (answer.ok && before === answers) takeOver(html, false);
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
    const html = await answer.text();
    answers += 1;
    takeOver(html, true);
    reached(true);
    return answer.ok;
  };

  // `leave` is called once the form's fields are read, and returns what to do with the answer: taken or not.
  const takeForm = (form, leave) => {
    let busy = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      const button = event.submitter || form.querySelector("button");
      const words = button.textContent;
      busy = true;
      if (button.dataset.busy) button.textContent = button.dataset.busy;
      const answered = post(form, button);
      const arrive = leave();
      try {
        arrive(await answered);
      } catch (error) {
        reached(false);
        arrive(false);
      } finally {
        busy = false;
        button.textContent = words;
      }
    });
  };

  // The box is empty at once, for the next text; one that was not taken comes back before what was typed since.
  const body = document.getElementById("body");
  const compose = document.getElementById("compose");
  takeForm(compose, () => {
    const text = body.value;
    body.value = "";
    body.focus();
    return (taken) => {
      if (taken) toEnd();
      else body.value = body.value ? `${text}\n${body.value}` : text;
    };
  });
  takeForm(document.getElementById("clock"), () => () => {});

  // While a word is being composed (Japanese, for one), Enter chooses it; a held key sends once.
  body.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!event.repeat) compose.requestSubmit();
  });
  body.enterKeyHint = "send";
  document.getElementById("by-button").hidden = true;
  document.getElementById("by-enter").hidden = false;

  toEnd();
  if (reload) {
    reload.parentElement.hidden = true;
    setInterval(poll, 1000);
  }
})();
