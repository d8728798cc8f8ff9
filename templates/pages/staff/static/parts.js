// Counts the parts of a text while it is typed, as companion/domain/sms.py does; the alphabets come with the page.

const ALIKE = new Map(Object.entries({
  "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u00ad": "",
  "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2018": "'", "\u2019": "'",
  "\u201c": "\"", "\u201d": "\"", "\u2026": "...", "\u2022": "-", "`": "'", "\u00b4": "'",
}));
const SINGLE = { plain: 160, wide: 70 };
const JOINED = { plain: 153, wide: 67 };
const MOST = 2;

function plainly(text, plain, double) {
  const known = (letter) => plain.has(letter) || double.has(letter);
  const lines = text.normalize("NFC").split("\n").map((line) => {
    const letters = Array.from(line).map((letter) => ALIKE.get(letter) ?? letter).join("");
    const bare = Array.from(letters).map((letter) => {
      if (known(letter)) { return letter; }
      const stripped = letter.normalize("NFKD").replace(/\p{M}/gu, "");
      return stripped && Array.from(stripped).every(known) ? stripped : letter;
    }).join("").replace(/(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, "");
    return bare.split(/\s+/u).filter(Boolean).join(" ");
  });
  return lines.join("\n").trim();
}

function count(text, plain, double) {
  const letters = Array.from(plainly(text, plain, double));
  const kind = letters.every((letter) => plain.has(letter) || double.has(letter)) ? "plain" : "wide";
  const widths = letters.map((letter) => {
    if (kind === "plain") { return double.has(letter) ? 2 : 1; }
    return letter.codePointAt(0) > 0xffff ? 2 : 1;
  });
  const all = widths.reduce((sum, width) => sum + width, 0);
  if (all <= SINGLE[kind]) { return { parts: 1, left: SINGLE[kind] - all }; }
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > JOINED[kind]) { parts += 1; used = 0; }
    used += width;
  }
  return { parts, left: JOINED[kind] - used };
}

for (const typed of document.querySelectorAll("textarea[data-count]")) {
  const told = document.getElementById(typed.dataset.count);
  const plain = new Set(`${told.dataset.plain}\n\r`);
  const double = new Set(`${told.dataset.double}\f`);
  const tell = () => {
    const { parts, left } = count(typed.value, plain, double);
    const words = parts > MOST ? told.dataset.many : parts > 1 ? told.dataset.more : told.dataset.one;
    told.textContent = words.replace("{parts}", parts).replace("{left}", left);
  };
  typed.addEventListener("input", tell);
  told.hidden = false;
  tell();
}
