import { Button, Select, Skeleton } from '@mantine/core';
import { StateMessage } from '@pellucid/ui';
import { IconAlertTriangle, IconCheck, IconEyeClosed, IconX } from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import type { AccessSubject, WhyQuestion } from '@/records/access/access-questions';
import { hiddenFields } from '@/records/access/field-visibility';
import { useObjects } from '@/records/api/describe-objects';
import { type Explanation, explainQuery } from '@/records/api/explain-access';
import { recordKeys } from '@/records/api/record-keys';
import { type ObjectDescription, type RecordData, recordName } from '@/records/object-description';
import { mayAskAboutOthers } from './asking-rights';
import { FieldChoice } from './field-choice';
import { actionsOf, isAboutFields } from './questions';
import { ABOVE_DIALOG, ReasonDialog } from './reason-dialog';
import { Sentence } from './sentence';
import { Steps } from './steps';
import { SubjectPicker } from './subject-picker';
import { useSelf } from './use-self';
import { ValueSource } from './value-source';
import classes from './why-dialog.module.css';

interface WhyDialogProps {
  question: WhyQuestion;
  isOpen: boolean;
}

/** Explains step by step why somebody may, or may not, do something with a record or a field. */
export default function WhyDialog({ question, isOpen }: WhyDialogProps) {
  const { t } = useTranslation('access-reasons');
  return (
    <ReasonDialog title={t('why.title')} isOpen={isOpen}>
      <WhyAnswer question={question} />
    </ReasonDialog>
  );
}

function WhyAnswer({ question }: { question: WhyQuestion }) {
  const { t } = useTranslation('access-reasons');
  const { permissions } = useMe();
  const queryClient = useQueryClient();
  const object = useObjects().find(
    ({ key, path }) => [key, path].includes(question.object) || path === `/${question.object}`,
  );
  const self = useSelf();
  const [subject, setSubject] = useState<AccessSubject>(question.subject ?? self);
  const [action, setAction] = useState(question.action);
  const [chosenField, setField] = useState(question.field);
  const field = isAboutFields(action) ? chosenField : undefined;
  const query = useQuery({
    ...explainQuery({
      object: question.object,
      action,
      ...(question.record && { record: question.record }),
      ...(field && { field }),
      ...(subject.id !== self.id && { subject: subject.id }),
    }),
    placeholderData: keepPreviousData,
  });
  // The page below has already loaded the record, if the user may view it.
  const record =
    object && question.record
      ? queryClient.getQueryData<RecordData>(recordKeys.record(object.path, question.record))
      : undefined;
  const verbLabel = (key: string) => object?.verbs?.find((verb) => verb.key === key)?.label ?? key;
  return (
    <>
      <div className={`pl-form-row ${classes['controls']}`}>
        {mayAskAboutOthers(permissions) ? <SubjectPicker value={subject} onChange={setSubject} /> : null}
        <Select
          size="xs"
          label={t('why.action')}
          data={actionsOf(object, question.record !== undefined).map((key) => ({
            value: key,
            label: t(`actions.${key}`, { defaultValue: verbLabel(key) }),
          }))}
          allowDeselect={false}
          comboboxProps={ABOVE_DIALOG}
          value={action}
          onChange={(next) => next && setAction(next)}
        />
        {object ? (
          <FieldChoice
            label={t('why.field')}
            object={object}
            hasRecord={question.record !== undefined}
            hidden={record ? hiddenFields(object, record) : []}
            value={field}
            isDisabled={!isAboutFields(action)}
            onChange={setField}
          />
        ) : null}
      </div>
      {query.isError ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('why.failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : query.isPending ? (
        <AnswerSkeleton />
      ) : (
        <div className={classes['answer']} data-stale={query.isPlaceholderData || undefined}>
          <Verdict
            answer={query.data}
            object={object}
            recordName={query.data.record?.name || (object && record ? recordName(object, record) : '')}
            isSelf={self.kind === 'member' && query.data.subject.id === self.id}
          />
          <Steps steps={query.data.steps} object={object} />
          {object && question.record && field && isComputed(object, field) ? (
            <ValueSource object={object.key} record={question.record} field={field} />
          ) : null}
          {query.data.wouldNeed.length ? (
            <section className={classes['needs']} aria-labelledby="why-needs">
              <h3 id="why-needs" className={classes['needsTitle']}>
                {t('why.needs')}
              </h3>
              <ul className={classes['needsList']}>
                {query.data.wouldNeed.map((need) => (
                  <li key={need.because}>
                    <Sentence said={need} object={object} />
                  </li>
                ))}
              </ul>
            </section>
          ) : null}
        </div>
      )}
    </>
  );
}

const isComputed = ({ fields }: ObjectDescription, field: string) =>
  fields.some(({ key, computed }) => key === field && computed);

interface VerdictProps {
  answer: Explanation;
  object: ObjectDescription | undefined;
  recordName: string;
  isSelf: boolean;
}

/** The answer in one line: yes, no, or yes but masked, and its subject. */
function Verdict({ answer, object, recordName, isSelf }: VerdictProps) {
  const { t } = useTranslation('access-reasons');
  const { name } = answer.subject;
  const isMasked = answer.allowed && answer.field !== null && answer.effect === 'mask';
  const tone = isMasked ? 'mask' : answer.allowed ? 'yes' : 'no';
  const Icon = { mask: IconEyeClosed, yes: IconCheck, no: IconX }[tone];
  const about = [object?.label, recordName].filter(Boolean).join(' · ');
  return (
    <div className={classes['verdict']} data-tone={tone} role="status">
      <span className={classes['verdictMark']}>
        <Icon size={18} stroke={2.2} aria-hidden />
      </span>
      <div className={classes['verdictText']}>
        <strong>{t(`verdict.${tone}`)}</strong>
        <span>
          {t(`verdict.${isSelf ? 'self' : 'other'}.${answer.allowed ? 'may' : 'mayNot'}`, { name })}{' '}
          {answer.field && answer.allowed ? t(`effects.${answer.effect}`) : null}
        </span>
        {about ? <span className={classes['about']}>{about}</span> : null}
      </div>
    </div>
  );
}

function AnswerSkeleton() {
  const { t } = useTranslation('access-reasons');
  return (
    <div role="status" aria-label={t('why.loading')}>
      <Skeleton height={68} radius="md" mb={20} />
      {[64, 52, 74, 58, 69].map((width) => (
        <div key={width} className={classes['loadingStep']}>
          <Skeleton height={24} circle />
          <Skeleton height={11} width={`${width}%`} />
        </div>
      ))}
    </div>
  );
}
