import { useFormats } from '@/lib/format/formats';

const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const;

/** Returns a function that says a size in bytes to people, in their language. What is smaller counts as one kilobyte. */
export function useSizeText() {
  const { locale } = useFormats();
  return (bytes: number | null | undefined): string | undefined => {
    if (bytes === null || bytes === undefined) return undefined;
    const kilobytes = bytes === 0 ? 0 : Math.max(1, bytes / 1000);
    const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, kilobytes)) / 3));
    return new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: UNITS[step]!,
      maximumFractionDigits: step > 0 ? 1 : 0,
    }).format(kilobytes / 1000 ** step);
  };
}
