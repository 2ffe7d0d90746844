/** Until when a notification can be snoozed: in three hours, tomorrow morning, next Monday morning, in the browser's zone. */
export function snoozeTimes(now: Date): { key: 'hours' | 'tomorrow' | 'week'; at: Date }[] {
  const morning = (days: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 8, 0, 0, 0);
  const untilMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { key: 'hours', at: new Date(now.getTime() + 3 * 3_600_000) },
    { key: 'tomorrow', at: morning(1) },
    { key: 'week', at: morning(untilMonday) },
  ];
}
