import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import type { ImportRun } from './api/import.types';
import classes from './import-run-page.module.css';

/** Counts that are shown only if there is something to count. */
const IF_ANY = new Set(['lines', 'duplicates', 'related']);

/** The number of rows by result; for a dry run, by expected result. */
export function Counts({ run: { counts }, isDryRun = false }: { run: ImportRun; isDryRun?: boolean }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const tiles = (
    ['created', 'updated', 'unchanged', 'lines', 'failed', 'duplicates', 'related'] as const
  ).filter((key) => !IF_ANY.has(key) || counts[key] > 0);
  return (
    <dl className={classes['tiles']}>
      {tiles.map((key) => (
        <div
          key={key}
          className={classes['tile']}
          data-bad={(key === 'failed' && counts.failed > 0) || undefined}
        >
          <dt>{t(isDryRun ? `dry.counts.${key}` : `counts.${key}`)}</dt>
          <dd data-testid={`count-${key}`}>{formats.number(counts[key])}</dd>
        </div>
      ))}
    </dl>
  );
}
