import { z } from 'zod';
import { addDays, localTimeOf, startOfDay } from './calendar';

/** Days of the week in ISO order: Monday is 1. */
export const daysOfWeek = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
/** A day of the week. */
export type DayOfWeek = (typeof daysOfWeek)[number];

/** A time of day as people write it: `09:30`; `24:00` is the end of the day. */
export const timeOfDay = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time of day from 00:00 to 24:00, e.g. 09:30');

/** When something is open within a week; without a field there is no such limit. */
export interface OpeningHours {
  daysOfWeek?: readonly DayOfWeek[] | undefined;
  /** Hours that go over midnight (`22:00` to `02:00`) count for the day of the week on which each minute falls. */
  hoursOfDay?: readonly { from: string; until: string }[] | undefined;
}

/** A range of minutes since midnight, the end not included. */
export interface MinuteRange {
  from: number;
  until: number;
}

/** The hours as ranges of minutes since midnight; those over midnight are two: `22:00`–`02:00` → 1320–1440 and 0–120. */
export function minuteRanges(hours: readonly { from: string; until: string }[]): MinuteRange[] {
  return hours.flatMap(({ from, until }) => {
    const [start, end] = [minutesOf(from), minutesOf(until)];
    if (start < end) return [{ from: start, until: end }];
    return [
      { from: start, until: 1440 },
      { from: 0, until: end },
    ].filter((range) => range.from < range.until);
  });
}

/** Monday is 1, Sunday is 7. */
export function isoDay(day: DayOfWeek): number {
  return daysOfWeek.indexOf(day) + 1;
}

/** Whether it is open at an instant, as the clocks of a zone show it. */
export function isOpenAt(hours: OpeningHours, zone: string, now: Date): boolean {
  return closedBy(hours, zone, now) === null;
}

/** The field for which it is closed at an instant, the day before the hour; null when it is open. */
export function closedBy(hours: OpeningHours, zone: string, now: Date): 'daysOfWeek' | 'hoursOfDay' | null {
  if (!hours.daysOfWeek && !hours.hoursOfDay) return null;
  const { dayOfWeek, minuteOfDay } = localTimeOf(now, zone);
  if (hours.daysOfWeek && !hours.daysOfWeek.some((day) => isoDay(day) === dayOfWeek)) return 'daysOfWeek';
  const isOpen =
    !hours.hoursOfDay ||
    minuteRanges(hours.hoursOfDay).some(({ from, until }) => minuteOfDay >= from && minuteOfDay < until);
  return isOpen ? null : 'hoursOfDay';
}

/** The first instant from another on at which it is open, that one itself included; null when it never opens. */
export function opensFrom(hours: OpeningHours, zone: string, from: Date): Date | null {
  return isOpenAt(hours, zone, from) ? from : nextOpening(hours, zone, from);
}

/** When it opens next after an instant at which it is closed; null when it is open, or never opens. */
export function nextOpening(hours: OpeningHours, zone: string, now: Date): Date | null {
  if (isOpenAt(hours, zone, now)) return null;
  const starts = hours.hoursOfDay ? minuteRanges(hours.hoursOfDay).map(({ from }) => from) : [0];
  const today = startOfDay(now, zone);
  // A week and the day after: whatever opens at all has opened by then.
  for (let day = 0; day <= 8; day += 1) {
    const midnight = startOfDay(addDays(today, day, zone), zone);
    const openings = starts
      .map((minutes) => instantOfMinute(midnight, minutes, zone))
      .filter((opening) => opening > now && isOpenAt(hours, zone, opening))
      .sort((a, b) => a.getTime() - b.getTime());
    if (openings[0]) return openings[0];
  }
  return null;
}

/** Where the clocks change, the minute may lie an hour off its distance from midnight, or not exist. */
function instantOfMinute(midnight: Date, minutes: number, zone: string): Date {
  const guess = new Date(midnight.getTime() + minutes * 60_000);
  const shown = localTimeOf(guess, zone).minuteOfDay;
  return shown === minutes ? guess : new Date(guess.getTime() + (minutes - shown) * 60_000);
}

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
