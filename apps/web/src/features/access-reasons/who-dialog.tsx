import { Button, Skeleton, TextInput } from '@mantine/core';
import { Initials, StateMessage } from '@pellucid/ui';
import {
  IconAlertTriangle,
  IconEye,
  IconEyeClosed,
  IconKey,
  IconLink,
  IconPencil,
  IconSearch,
  IconShare,
  type TablerIcon,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemText } from '@/lib/problem-text';
import { useMe } from '@/lib/session/use-me';
import type { WhoQuestion } from '@/records/access/access-questions';
import { hiddenFields } from '@/records/access/field-visibility';
import { WhyButton } from '@/records/access/why-button';
import { useObject } from '@/records/api/describe-objects';
import { recordKeys } from '@/records/api/record-keys';
import { type RecordData, recordName } from '@/records/object-description';
import { type Viewer, viewersQuery } from './api/viewers';
import { mayAskAboutOthers } from './asking-rights';
import { FieldChoice } from './field-choice';
import { ReasonDialog } from './reason-dialog';
import classes from './who-dialog.module.css';

/** Rows drawn at first, and added on each request for more. */
const PAGE = 100;
/** The list gets a search from this number of entries. */
const SEARCHED_FROM = 8;

interface WhoDialogProps {
  question: WhoQuestion;
  isOpen: boolean;
}

/** Everybody who can view a record or one of its fields, with their rights and roles. */
export default function WhoDialog({ question, isOpen }: WhoDialogProps) {
  const { t } = useTranslation('access-reasons');
  // Kept here, because the contents unmount while a reason is shown above.
  const [field, setField] = useState(question.field);
  return (
    <ReasonDialog title={t('who.title')} isOpen={isOpen}>
      <Viewers question={question} field={field} setField={setField} />
    </ReasonDialog>
  );
}

interface ViewersProps {
  question: WhoQuestion;
  field: string | undefined;
  setField: (field: string | undefined) => void;
}

function Viewers({ question, field, setField }: ViewersProps) {
  const { t } = useTranslation('access-reasons');
  const object = useObject(question.object);
  const queryClient = useQueryClient();
  const [text, setText] = useState('');
  const [shown, setShown] = useState(PAGE);
  const query = useQuery({
    ...viewersQuery(question.object, question.record, field),
    placeholderData: keepPreviousData,
  });
  const record = object
    ? queryClient.getQueryData<RecordData>(recordKeys.record(object.path, question.record))
    : undefined;
  const viewers = query.data ?? [];
  const found = viewers.filter(({ subject }) =>
    subject.name.toLowerCase().includes(text.trim().toLowerCase()),
  );
  const count = (wanted: (viewer: Viewer) => boolean) => viewers.filter(wanted).length;
  const isPerson = ({ subject }: Viewer) => subject.kind === 'member';
  const masked = count(({ effect }) => effect === 'mask');
  return (
    <>
      {object && record ? (
        <p className={classes['about']}>{`${object.label} · ${recordName(object, record)}`}</p>
      ) : null}
      <div className={`pl-form-row ${classes['controls']}`}>
        <FieldChoice
          label={t('who.part')}
          object={object}
          hasRecord
          hidden={object && record ? hiddenFields(object, record) : []}
          value={field}
          onChange={setField}
        />
        {viewers.length >= SEARCHED_FROM ? (
          <TextInput
            size="xs"
            type="search"
            label={t('who.search')}
            leftSection={<IconSearch size={14} aria-hidden />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        ) : null}
      </div>
      {query.isError ? (
        <StateMessage
          role="alert"
          icon={<IconAlertTriangle size={20} />}
          title={t('who.failed')}
          text={problemText(query.error)}
        >
          <Button size="xs" onClick={() => void query.refetch()}>
            {t('retry')}
          </Button>
        </StateMessage>
      ) : query.isPending ? (
        <div role="status" aria-label={t('who.loading')}>
          {[46, 58, 40, 52, 61].map((width) => (
            <div key={width} className={classes['row']}>
              <Skeleton height={28} circle />
              <Skeleton height={11} width={`${width}%`} />
            </div>
          ))}
        </div>
      ) : viewers.length === 0 ? (
        <StateMessage icon={<IconEye size={20} />} title={t('who.nobody')} text={t('who.nobodyText')} />
      ) : (
        <div data-stale={query.isPlaceholderData || undefined} className={classes['answer']}>
          <p className={classes['summary']} role="status">
            {t('who.people', { count: count(isPerson) })}
            {viewers.some((viewer) => !isPerson(viewer))
              ? ` ${t('who.keys', { count: count((viewer) => !isPerson(viewer)) })}`
              : ''}
            {masked ? ` ${t('who.masked', { count: masked })}` : ''}
          </p>
          {found.length === 0 ? (
            <p className={classes['summary']}>{t('who.noMatch', { text: text.trim() })}</p>
          ) : null}
          <ul className={classes['rows']} aria-label={t('who.title')}>
            {found.slice(0, shown).map((viewer) => (
              <ViewerRow key={viewer.subject.id} viewer={viewer} question={question} field={field} />
            ))}
          </ul>
          {found.length > shown ? (
            <Button size="xs" variant="default" onClick={() => setShown(shown + PAGE)}>
              {t('who.more', { count: found.length - shown })}
            </Button>
          ) : null}
        </div>
      )}
    </>
  );
}

const EFFECT_ICONS: Partial<Record<Viewer['effect'], TablerIcon>> = {
  edit: IconPencil,
  view: IconEye,
  mask: IconEyeClosed,
};

function ViewerRow({
  viewer,
  question,
  field,
}: {
  viewer: Viewer;
  question: WhoQuestion;
  field: string | undefined;
}) {
  const { t } = useTranslation('access-reasons');
  const { user, permissions } = useMe();
  const { subject, effect, roles, shared, linked } = viewer;
  const Icon = EFFECT_ICONS[effect] ?? IconEye;
  const isSelf = subject.id === user.memberId;
  return (
    <li className={classes['row']}>
      {subject.kind === 'member' ? (
        <Initials name={subject.name} size={28} isRound />
      ) : (
        <span className={classes['key']}>
          <IconKey size={15} role="img" aria-label={t('subject.key')} />
        </span>
      )}
      <div className={classes['who']}>
        <span className={classes['name']}>
          {isSelf ? t('subject.self', { name: subject.name }) : subject.name}
        </span>
        <span className={classes['roles']}>
          {roles.join(', ')}
          {shared ? (
            <span className={classes['shared']}>
              <IconShare size={12} aria-hidden /> {t('who.shared')}
            </span>
          ) : null}
          {linked ? (
            <span className={classes['shared']}>
              <IconLink size={12} aria-hidden /> {t('who.linked')}
            </span>
          ) : null}
        </span>
      </div>
      <span className={classes['effect']} data-effect={effect}>
        <Icon size={13} aria-hidden />
        {t(`who.effects.${effect}`)}
      </span>
      {isSelf || mayAskAboutOthers(permissions) ? (
        <WhyButton
          size={26}
          label={subject.name}
          reason="ask"
          question={{
            object: question.object,
            record: question.record,
            action: 'read',
            subject,
            ...(field && { field }),
          }}
        />
      ) : null}
    </li>
  );
}
