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
  const n = parseInt(span, 10);
  const day = from.getDate();
  if (!span.endsWith("months")) return new Date(from.getFullYear(), from.getMonth(), day + n);
  const date = new Date(from.getFullYear(), from.getMonth() + n, day);
  // The 31st of a shorter month is its last day.
  if (date.getDate() !== day) date.setDate(0);
  return date;
}

/**
 * @param {Date} date
 * @param {string} language
 * @param {"long" | "full"} [dateStyle]
 * @returns {string}
 */
export function dateText(date, language, dateStyle = "long") {
  // Our English is the one of Europe: 21 January 2027.
  return date.toLocaleDateString(language === "en" ? "en-GB" : language, { dateStyle });
}

/**
 * @param {Reminder} reminder
 * @returns {string} an all-day event (RFC 5545)
 */
export function calendarFile({ id, date, title, text, now }) {
  // Swedish dates are ISO dates, in local time.
  const day = date.toLocaleDateString("sv").replaceAll("-", "");
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Partways//EN",
    "BEGIN:VEVENT",
    `UID:${id}-${day}@partways`,
    `DTSTAMP:${now.toISOString().replace(/[-:]|\.\d+/g, "")}`,
    `DTSTART;VALUE=DATE:${day}`,
    `SUMMARY:${folded(title)}`,
    `DESCRIPTION:${folded(text)}`,
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

/**
 * Escaped, and in lines of at most 75 bytes: 15 characters have at most 60, a name before them 12.
 *
 * @param {string} text
 * @returns {string}
 */
function folded(text) {
  const escaped = text.replace(/[\\;,]/g, "\\$&").replace(/\s*\n\s*/g, "\\n");
  return (escaped.match(/.{1,15}/gu) ?? []).join("\r\n ");
}
