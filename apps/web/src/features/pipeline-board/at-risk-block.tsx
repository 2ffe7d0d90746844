import { Button, Skeleton, UnstyledButton } from '@mantine/core';
import type { Condition } from '@pellucid/conditions';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HomeBlockProps } from '@/app/feature.types';
import { HomeCard } from '@/app/shell/home-card';
import { ApiProblem } from '@/lib/api-problem';
import { useFormats } from '@/lib/format/formats';
import { problemText } from '@/lib/problem-text';
import { useObject } from '@/records/api/describe-objects';
import { shortListQuery } from '@/records/api/list-records';
import { fieldValueOf } from '@/records/fields/field-place';
import { FieldValue } from '@/records/fields/field-value';
import {
  fieldOf,
  firstSortable,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '@/records/object-description';
import { riskText } from '@/records/risks/risk-text';
import { type RiskKind, type RiskLimits, risksOf } from '@/records/risks/risks';
import { useRiskConditions, useRiskLimits } from '@/records/risks/use-risks';
import classes from './at-risk.module.css';

const ROWS = 6;

/** Open deals that need attention, each with its reasons. */
export default function AtRiskBlock({ owner }: HomeBlockProps) {
  const opportunity = useObject('opportunity');
  const limits = useRiskLimits();
  return opportunity ? <AtRisk object={opportunity} {...{ limits, owner }} /> : null;
}

interface AtRiskProps extends HomeBlockProps {
  object: ObjectDescription;
  limits: RiskLimits | undefined;
}

function AtRisk({ object, limits, owner }: AtRiskProps) {
  const { t } = useTranslation('pipeline-board');
  const [shown, setShown] = useState<RiskKind | 'all'>('all');
  const risks = useRiskConditions(object, limits);
  const chosen = risks.find(({ kind }) => kind === shown)?.condition;
  const any: Condition = chosen ?? { any: risks.map(({ condition }) => condition) };
  const filter: Condition = owner ? { all: [{ field: 'owner', op: 'eq', value: owner }, any] } : any;
  const sort = firstSortable(object, ['closeDate', 'name']);
  const mayAsk = risks.length > 0;
  const request = { filter, ...(sort && { sort }) };
  const query = useQuery({ ...shortListQuery(object, { ...request, limit: ROWS }), enabled: mayAsk });
  return (
    <HomeCard title={t('risks.title')} all={mayAsk ? { to: object.path, search: request } : undefined}>
      {risks.length > 1 ? (
        <fieldset className={classes['kinds']} aria-label={t('risks.kinds.label')}>
          {(['all', ...risks.map(({ kind }) => kind)] as const).map((kind) => (
            <UnstyledButton
              key={kind}
              className={classes['kind']}
              aria-pressed={kind === shown}
              onClick={() => setShown(kind)}
            >
              {t(`risks.kinds.${kind}`)}
            </UnstyledButton>
          ))}
        </fieldset>
      ) : null}
      {limits && !mayAsk ? (
        <p className={classes['note']}>{t('risks.refused')}</p>
      ) : query.isError ? (
        <p className={classes['note']} role="alert">
          {problemText(query.error)}{' '}
          {query.error instanceof ApiProblem && query.error.isRefusal ? null : (
            <Button variant="subtle" size="compact-xs" onClick={() => void query.refetch()}>
              {t('app:retry')}
            </Button>
          )}
        </p>
      ) : !query.data || !limits ? (
        <Waiting />
      ) : query.data.data.length === 0 ? (
        <p className={classes['note']}>{t(shown === 'all' ? 'risks.none' : 'risks.noneOfKind')}</p>
      ) : (
        <ul className={classes['deals']}>
          {query.data.data.map((deal) => (
            <Deal key={deal.id} {...{ object, deal, limits }} />
          ))}
        </ul>
      )}
    </HomeCard>
  );
}

function Deal({ object, deal, limits }: { object: ObjectDescription; deal: RecordData; limits: RiskLimits }) {
  const { t } = useTranslation('pipeline-board');
  const formats = useFormats();
  const amount = fieldOf(object, 'amount');
  const reasons = risksOf(deal, limits).map((risk) => riskText(risk, t, formats));
  return (
    <li>
      <Link to={`${object.path}/${deal.id}`} className={classes['deal']}>
        <span className={classes['name']}>{recordName(object, deal)}</span>
        {amount ? (
          <span className={classes['amount']}>
            <FieldValue field={amount} value={fieldValueOf(deal, amount)} record={deal} isPlain isAlone />
          </span>
        ) : null}
        <span className={classes['why']} title={reasons.join('\n')}>
          {reasons.join(' · ')}
        </span>
      </Link>
    </li>
  );
}

function Waiting() {
  return (
    <div className={classes['deals']} aria-hidden>
      {Array.from({ length: ROWS }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={row} className={classes['deal']}>
          <Skeleton height={10} width={`${40 + ((row * 17) % 30)}%`} />
        </div>
      ))}
    </div>
  );
}
