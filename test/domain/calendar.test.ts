import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { addDays, dayOf, endOfDay, isoWeekOf, isZone, startOfDay } from '../../subgraphs/shared/kernel/calendar';
import { runs } from '../support/runs';

const shanghai = 'Asia/Shanghai';
const newYork = 'America/New_York';
const at = (iso: string) => new Date(iso);

describe('the calendar', () => {
  it('begins a day at midnight of the zone, not of Greenwich', () => {
    expect(dayOf(at('2026-11-21T15:59:59.999Z'), shanghai)).toBe('2026-11-21');
    expect(dayOf(at('2026-11-21T16:00:00.000Z'), shanghai)).toBe('2026-11-22');
    expect(startOfDay(at('2026-11-22T03:00:00Z'), shanghai)).toEqual(at('2026-11-21T16:00:00Z'));
    expect(endOfDay(at('2026-11-22T03:00:00Z'), shanghai)).toEqual(at('2026-11-22T16:00:00Z'));
  });

  it.each([
    ['2026-11-22T12:00:00Z', '2026-47'],
    ['2026-11-23T12:00:00Z', '2026-48'],
    ['2026-01-01T12:00:00Z', '2026-01'],
    ['2027-01-01T12:00:00Z', '2026-53'],
    ['2024-12-30T12:00:00Z', '2025-01'],
  ])('puts %s into week %s', (instant, week) => {
    expect(isoWeekOf(at(instant), 'UTC')).toBe(week);
  });

  it('keeps the time of day when the clocks change in between', () => {
    expect(addDays(at('2026-10-31T16:00:00Z'), 1, newYork)).toEqual(at('2026-11-01T17:00:00Z'));
    expect(endOfDay(at('2026-11-01T12:00:00Z'), newYork)).toEqual(at('2026-11-02T05:00:00Z'));
  });

  it('counts days like the calendar at every instant of a minute, also where clocks change', () => {
    const zones = [
      shanghai,
      newYork,
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Asia/Kathmandu',
      'Europe/London',
      'UTC',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(1973), max: Date.UTC(2038) }),
        fc.integer({ min: -400, max: 400 }),
        fc.array(fc.integer({ min: 0, max: 120_000 }), { minLength: 1, maxLength: 5 }),
        (zone, from, days, later) => {
          for (const ms of [0, ...later]) {
            const expected = DateTime.fromMillis(from + ms, { zone })
              .plus({ days })
              .toMillis();
            expect(addDays(new Date(from + ms), days, zone).getTime()).toBe(expected);
          }
        },
      ),
      { numRuns: runs(5000) },
    );
    // Every quarter of an hour around the changes of a year, in a zone that moves by half an hour.
    for (let from = Date.UTC(2026, 3, 1); from < Date.UTC(2026, 3, 8); from += 60_000 * 7)
      for (const ms of [0, 59_999, 60_000]) {
        const expected = DateTime.fromMillis(from + ms, { zone: 'Australia/Lord_Howe' })
          .plus({ days: 1 })
          .toMillis();
        expect(addDays(new Date(from + ms), 1, 'Australia/Lord_Howe').getTime()).toBe(expected);
      }
  });

  it('refuses an unknown zone and an invalid date', () => {
    expect([shanghai, 'UTC', 'Asia/Shangri-La', ''].map(isZone)).toEqual([true, true, false, false]);
    expect(() => dayOf(at('2026-11-22T12:00:00Z'), 'Asia/Shangri-La')).toThrow(/IANA zone/);
    expect(() => dayOf(at('never'), shanghai)).toThrow(/valid date/);
  });
});
