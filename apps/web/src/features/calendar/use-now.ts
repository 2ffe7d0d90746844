import { useEffect, useState } from 'react';
import { useFormats } from '@/lib/format/formats';

const MINUTE = 60_000;

/** The present instant and day, which move on while the page is open. */
export function useNow(): { now: number; today: string } {
  const formats = useFormats();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return { now, today: formats.today(new Date(now)) };
}
