import { DateTime, IANAZone } from 'luxon';

/** Whether a text names a time zone this runtime knows, e.g. `Asia/Shanghai`. */
export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

/** The calendar day of an instant in a zone: `2026-11-22`. Throws a RangeError for an unknown zone or an invalid date. */
export function dayOf(instant: Date, zone: string): string {
  return inZone(instant, zone).toFormat('yyyy-MM-dd');
}

/** The ISO week of an instant in a zone, weeks from Monday: `2026-47`; 1 January 2027 is in `2026-53`. */
export function isoWeekOf(instant: Date, zone: string): string {
  return inZone(instant, zone).toFormat('kkkk-WW');
}

/** The first instant of the day that holds an instant, in a zone. */
export function startOfDay(instant: Date, zone: string): Date {
  return inZone(instant, zone).startOf('day').toJSDate();
}

/** The first instant after the day that holds an instant, in a zone: the end of a half-open window. */
export function endOfDay(instant: Date, zone: string): Date {
  return inZone(instant, zone).startOf('day').plus({ days: 1 }).toJSDate();
}

/** The same time of day some days later (or earlier) in a zone; a change of the clocks in between does not move it. */
export function addDays(instant: Date, days: number, zone: string): Date {
  const time = instant.getTime();
  // Clocks change at whole minutes since every country gave up its local mean time, so within a minute the distance is one.
  const minute = Math.floor(time / minuteMs);
  if (!(minute > firstWholeMinute)) return inZone(instant, zone).plus({ days }).toJSDate();
  const name = `${days} ${zone}`;
  const known = latestDistances.get(name);
  if (known?.minute === minute) return new Date(time + known.distance);
  const later = inZone(instant, zone).plus({ days }).toJSDate();
  if (latestDistances.size >= 1000) latestDistances.clear();
  latestDistances.set(name, { minute, distance: later.getTime() - time });
  return later;
}

const minuteMs = 60_000;
/** 1 January 1973. */
const firstWholeMinute = Date.UTC(1973) / minuteMs;
/** Calendars are slow, and a crowd that claims in one minute asks the same. */
const latestDistances = new Map<string, { minute: number; distance: number }>();

/** What the clocks and the calendar of a zone show at an instant. */
export interface LocalTime {
  /** Minutes since midnight, 0 to 1439. */
  minuteOfDay: number;
  /** Monday is 1, Sunday is 7. */
  dayOfWeek: number;
  dayOfMonth: number;
  month: number;
}

/** What the clocks of a zone show: 20:30 on a Sunday is minute 1230 of day 7. */
export function localTimeOf(instant: Date, zone: string): LocalTime {
  const local = inZone(instant, zone);
  return {
    minuteOfDay: local.hour * 60 + local.minute,
    dayOfWeek: local.weekday,
    dayOfMonth: local.day,
    month: local.month,
  };
}

function inZone(instant: Date, zone: string): DateTime {
  const local = DateTime.fromJSDate(instant, { zone });
  if (local.isValid) return local;
  throw new RangeError(
    `Expected a valid date and an IANA zone such as Asia/Shanghai, found ${instant} and ${JSON.stringify(zone)}; correct the one that is wrong (${local.invalidReason}).`,
  );
}
