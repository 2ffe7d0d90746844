import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { Popover } from '@/lib/layers/overlays';
import type { RecordData } from '@/records/object-description';
import { riskText } from '@/records/risks/risk-text';
import { risksOf } from '@/records/risks/risks';
import { useRiskLimits } from '@/records/risks/use-risks';
import classes from './risk-badge.module.css';

/** How many reasons there are to look after a deal; a click says which. */
export function RiskBadge({ record }: { record: RecordData }) {
  const { t } = useTranslation('pipeline-board');
  const formats = useFormats();
  const limits = useRiskLimits();
  const risks = limits ? risksOf(record, limits) : [];
  if (risks.length === 0) return null;
  return (
    <Popover width={280} position="bottom-end" shadow="md" withArrow>
      <Popover.Target>
        <Button
          size="xs"
          variant="light"
          color="orange"
          className={classes['badge']}
          leftSection={<IconAlertTriangle size={15} aria-hidden />}
        >
          {t('risks.badge', { count: risks.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ul className={classes['reasons']}>
          {risks.map((risk) => (
            <li key={risk.kind}>{riskText(risk, t, formats)}</li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
