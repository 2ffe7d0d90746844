import { Text } from '@mantine/core';
import type { RolePreview } from '@pellucid/api-client';
import { IconArrowsExchange, IconMinus, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { useObjects } from '@/records/api/describe-objects';
import classes from './save-bar.module.css';
import { type Sentence, sentencesOf } from './model/preview-sentences';
import { fieldLabel, useActionLabel } from './use-labels';

const MARKS = { gain: IconPlus, lose: IconMinus, differ: IconArrowsExchange } as const;
/** Maximum number of names listed. More are counted. */
const NAMED = 2;

/** Describes what a change of a role would do, or says that it does nothing. Screen readers announce it. */
export function EffectSummary({ preview }: { preview: RolePreview }) {
  const { t } = useTranslation('access');
  const { affected, checked } = preview;
  const looked = checked.members + checked.apiKeys;
  return (
    <div role="status">
      {affected.members + affected.apiKeys === 0 ? (
        <Text size="sm">{t(checked.of ? 'save.noEffect' : 'save.nobody')}</Text>
      ) : (
        <EffectList preview={preview} />
      )}
      {looked < checked.of ? (
        <Text size="xs" c="dimmed">
          {t('save.partial', { checked: looked, of: checked.of })}
        </Text>
      ) : null}
    </div>
  );
}

function EffectList({ preview }: { preview: RolePreview }) {
  const sentences = sentencesOf(preview);
  const words = useWords();
  return (
    <ul className={classes['effects']}>
      {sentences.map((sentence) => {
        const Mark = MARKS[sentence.tone];
        const text = words(sentence);
        return (
          <li key={text} data-tone={sentence.tone}>
            <Mark size={14} aria-hidden />
            <span title={[...sentence.people, ...sentence.keys].join(', ')}>{text}</span>
          </li>
        );
      })}
    </ul>
  );
}

function useWords(): (sentence: Sentence) => string {
  const { t, i18n } = useTranslation('access');
  const formats = useFormats();
  const objects = useObjects();
  const actionLabel = useActionLabel();
  const list = new Intl.ListFormat(i18n.language, { type: 'conjunction' });
  return (sentence) => {
    const { people, keys } = sentence;
    const names =
      people.length + keys.length <= NAMED
        ? [...people, ...keys.map((key) => t('effect.key', { name: key }))]
        : [
            ...(people.length ? [t('people', { count: people.length })] : []),
            ...(keys.length ? [t('keys', { count: keys.length })] : []),
          ];
    // "Ann gains", "3 people gain".
    const shared = { who: list.format(names), count: people.length + keys.length };
    if (sentence.kind === 'system') {
      const rights = sentence.rights.map((right) =>
        t(`company.rights.${right === '*' ? 'everything' : right}.label`),
      );
      return t(`effect.system.${sentence.tone}`, { ...shared, what: list.format(rights) });
    }
    const object = objects.find(({ key }) => key === sentence.object);
    const what = object?.pluralLabel ?? sentence.object;
    if (sentence.kind === 'fields') {
      const fields = list.format(sentence.fields.map((key) => fieldLabel(object, key)));
      return t(`effect.fields.${sentence.level}`, { ...shared, what, fields });
    }
    const actions = list.format(sentence.actions.map((action) => actionLabel(action, object)));
    if (sentence.kind === 'action') return t(`effect.action.${sentence.tone}`, { ...shared, what, actions });
    const most = formats.number(sentence.most) + (sentence.isCapped ? '+' : '');
    const number =
      sentence.least === sentence.most
        ? most
        : t('effect.range', { least: formats.number(sentence.least), most });
    const each = shared.count > 1 && sentence.least === sentence.most ? 'Each' : '';
    return t(`effect.records.${sentence.tone}${each}`, { ...shared, what, number, actions });
  };
}
