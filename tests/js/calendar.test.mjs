import assert from "node:assert/strict";
import { test } from "node:test";
import { calendarFile, dateText, shift } from "../../generator/partways/runtime/calendar.mjs";

const now = new Date(2026, 10, 22, 14, 5, 9);
const day = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].join("-");

test("days and months are counted from the day, whatever the hour", () => {
  assert.equal(day(shift(now, "60 days")), "2027-1-21");
  assert.equal(day(shift(now, "-90 days")), "2026-8-24");
  assert.equal(day(shift(now, "-12 months")), "2025-11-22");
});

test("the 31st of a shorter month is its last day", () => {
  assert.equal(day(shift(new Date(2027, 0, 31), "1 months")), "2027-2-28");
  assert.equal(day(shift(new Date(2024, 2, 31), "-1 months")), "2024-2-29");
});

test("dates read as in each country", () => {
  const date = new Date(2027, 0, 21);
  assert.equal(dateText(date, "en"), "21 January 2027");
  assert.match(dateText(date, "ru"), /^21 января 2027\sг\.$/);
  assert.match(dateText(date, "bg"), /^21 януари 2027\sг\.$/);
  assert.match(dateText(date, "en", "full"), /^Thursday,? 21 January 2027$/);
});

const reminder = {
  id: "warning-signs",
  date: shift(now, "60 days"),
  title: "Снова посмотреть: тревожные признаки, и ещё; раз \\ и одна очень длинная строка 🙂",
  text: "A trial period\nwith a date, agreed",
  now,
};
const file = calendarFile(reminder);

test("the event lasts the whole day and has what a calendar needs", () => {
  for (const line of ["BEGIN:VCALENDAR", "VERSION:2.0", "DTSTART;VALUE=DATE:20270121", "END:VEVENT"]) {
    assert.ok(file.split("\r\n").includes(line), line);
  }
  assert.match(file, /^DTSTAMP:\d{8}T\d{6}Z\r$/m);
  assert.match(file, /^UID:.+\r$/m);
});

test("every line ends with CRLF and holds at most 75 bytes", () => {
  assert.ok(file.endsWith("\r\n"));
  assert.equal(file.replaceAll("\r\n", "").match(/[\r\n]/), null);
  for (const line of file.split("\r\n")) {
    assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.ok(!line.includes("\ufffd"));
  }
});

test("unfolded and unescaped, the title is the title", () => {
  const unfolded = file.replaceAll("\r\n ", "");
  const summary = /^SUMMARY:(.*)\r$/m.exec(unfolded)[1];
  assert.equal(summary.replace(/\\([\\;,])/g, "$1"), reminder.title);
  assert.match(unfolded, /^DESCRIPTION:A trial period\\nwith a date\\, agreed\r$/m);
});
