/**
 * Dates: what is shown, and the calendar file of the day to look again.
 *
 * @typedef {{id: string, date: Date, title: string, text: string, now: Date}} Reminder
 */

/**
 * @param {Date} from
 * @param {string} span "90 days", "12 months"; a minus sign goes back in time
 * @returns {Date}
 */
export function shift(from, span) {
  const [count = "0", unit = ""] = span.split(" ");
  const n = Number(count);
  const day = new Date(from.getFullYear(), from.getMonth(), from.getDate());
  if (!unit.startsWith("month")) day.setDate(day.getDate() + n);
  else {
    const wanted = day.getDate();
    day.setDate(1);
    day.setMonth(day.getMonth() + n);
    // The 31st of a shorter month is its last day.
    day.setDate(Math.min(wanted, new Date(day.getFullYear(), day.getMonth() + 1, 0).getDate()));
  }
  return day;
}

/**
 * @param {Date} date
 * @param {string} language
 * @param {boolean} [weekday]
 * @returns {string}
 */
export function dateText(date, language, weekday = false) {
  // Our English is the one of Europe: 21 January 2027.
  const locale = language === "en" ? "en-GB" : language;
  return new Intl.DateTimeFormat(locale, { dateStyle: weekday ? "full" : "long" }).format(date);
}

/**
 * @param {Reminder} reminder
 * @returns {string} an all-day event (RFC 5545)
 */
export function calendarFile({ id, date, title, text, now }) {
  const stamp = `${now.toISOString().replace(/[-:]|\.\d+/g, "")}`;
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Partways//EN",
    "BEGIN:VEVENT",
    `UID:${id}-${digits(date)}@partways`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${digits(date)}`,
    `SUMMARY:${escaped(title)}`,
    `DESCRIPTION:${escaped(text)}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ]
    .map(folded)
    .join("\r\n");
}

/** @param {Date} date @returns {string} "20270121" */
function digits(date) {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("");
}

/** @param {string} text @returns {string} */
function escaped(text) {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\r\n?|\n/g, "\\n");
}

/**
 * Lines of at most 75 bytes; what goes on starts with a space.
 *
 * @param {string} line
 * @returns {string}
 */
function folded(line) {
  const bytes = new TextEncoder();
  let out = "";
  let room = 75;
  for (const character of line) {
    const size = bytes.encode(character).length;
    if (size > room) {
      out += "\r\n ";
      room = 74;
    }
    out += character;
    room -= size;
  }
  return out;
}
