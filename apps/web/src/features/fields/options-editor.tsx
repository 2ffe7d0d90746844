import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { ActionIcon, Button, Input, MultiSelect, NativeSelect, TextInput } from '@mantine/core';
import { IconArchive, IconArchiveOff, IconGripVertical, IconPlus, IconTrash } from '@tabler/icons-react';
import { type ClipboardEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FIELD_TYPES } from '@pellucid/conditions';
import { fieldOf, type FieldOption } from '@/records/object-description';
import type { FieldPartProps } from './field-dialog';
import classes from './fields.module.css';
import { hasSetting, newOption, type OptionDraft, OTHER_LANGUAGES } from './model/field-draft';
import { useDragTexts } from '@/records/layout/use-drag-texts';

/** The options of a choice, or the roles that links may have: added one by one or by pasting lines, ordered, renamed, retired. */
export function OptionsEditor({ object, draft, set, problemOf }: FieldPartProps) {
  const { t } = useTranslation('fields');
  const { options } = draft;
  const words = hasSetting(draft.type, 'linksTo') ? 'roles' : 'options';
  // The row that was added last gets the focus.
  const [added, setAdded] = useState<string | undefined>();
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const texts = useDragTexts((id) => options.find((option) => option.id === id)?.label ?? '');
  const change = (id: string, next: Partial<OptionDraft>) =>
    set({ options: options.map((option) => (option.id === id ? { ...option, ...next } : option)) });
  const addAfter = (index: number, labels: string[]) => {
    const rows = labels.map(newOption);
    set({ options: options.toSpliced(index + 1, 0, ...rows) });
    setAdded(rows.at(-1)?.id);
  };
  const choices = object.fields.filter(
    ({ key, options: own, references, type }) =>
      own && !references && FIELD_TYPES[type].family === 'choice' && key !== `custom.${draft.name}`,
  );
  const decider = fieldOf(object, draft.dependsOn);
  return (
    <Input.Wrapper label={t(`${words}.title`)} description={t(`${words}.help`)} error={problemOf('options')}>
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        accessibility={texts}
        onDragEnd={({ active, over }) => {
          const at = (id: unknown) => options.findIndex((option) => option.id === id);
          if (over && over.id !== active.id) set({ options: arrayMove(options, at(active.id), at(over.id)) });
        }}
      >
        <SortableContext items={options.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
          <ul className={classes['options']} aria-label={t(`${words}.title`)} style={{ marginTop: 8 }}>
            {options.map((option, index) => (
              <OptionRow
                key={option.id}
                option={option}
                words={words}
                number={index + 1}
                isFocused={option.id === added}
                needed={decider?.options}
                neededLabel={decider?.label ?? ''}
                onChange={(next) => change(option.id, next)}
                onRemove={() => set({ options: options.filter(({ id }) => id !== option.id) })}
                onEnter={() => addAfter(index, [''])}
                onPaste={(lines) => {
                  const [first = '', ...rest] = lines;
                  const rows = rest.map(newOption);
                  set({
                    options: options
                      .map((each) => (each.id === option.id ? { ...each, label: first } : each))
                      .toSpliced(index + 1, 0, ...rows),
                  });
                }}
              />
            ))}
          </ul>
        </SortableContext>
      </DndContext>
      <Button
        mt={8}
        size="compact-xs"
        variant="default"
        leftSection={<IconPlus size={13} />}
        onClick={() => addAfter(options.length - 1, [''])}
      >
        {t(`${words}.add`)}
      </Button>
      {choices.length && words === 'options' ? (
        <NativeSelect
          mt="md"
          label={t('options.dependsOn')}
          description={t('options.dependsOnHelp')}
          error={problemOf('dependsOn')}
          data={[
            { value: '', label: t('options.dependsOnNothing') },
            ...choices.map(({ key, label }) => ({ value: key, label })),
          ]}
          value={draft.dependsOn}
          onChange={(event) => set({ dependsOn: event.currentTarget.value })}
        />
      ) : null}
    </Input.Wrapper>
  );
}

function OptionRow({
  option,
  words,
  number,
  isFocused,
  needed,
  neededLabel,
  onChange,
  onRemove,
  onEnter,
  onPaste,
}: {
  option: OptionDraft;
  /** Which texts name it. */
  words: 'options' | 'roles';
  number: number;
  isFocused: boolean;
  /** Options of the field that this one depends on. */
  needed: FieldOption[] | undefined;
  neededLabel: string;
  onChange: (next: Partial<OptionDraft>) => void;
  onRemove: () => void;
  onEnter: () => void;
  onPaste: (lines: string[]) => void;
}) {
  const { t } = useTranslation('fields');
  const sortable = useSortable({ id: option.id });
  const name = option.label || t(`${words}.number`, { number });
  const paste = (event: ClipboardEvent) => {
    const lines = event.clipboardData
      .getData('text')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean);
    if (lines.length < 2) return;
    event.preventDefault();
    onPaste(lines);
  };
  const enter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    onEnter();
  };
  return (
    <li
      ref={sortable.setNodeRef}
      className={classes['option']}
      data-retired={option.isRetired || undefined}
      style={{ transform: CSS.Transform.toString(sortable.transform), transition: sortable.transition }}
    >
      <ActionIcon
        ref={sortable.setActivatorNodeRef}
        {...sortable.attributes}
        {...sortable.listeners}
        size={30}
        className={classes['grip']}
        aria-label={t('drag', { field: name })}
      >
        <IconGripVertical size={15} />
      </ActionIcon>
      <TextInput
        size="xs"
        aria-label={t(`${words}.label`, { number })}
        placeholder={t(`${words}.placeholder`)}
        maxLength={100}
        autoFocus={isFocused}
        value={option.label}
        onPaste={paste}
        onKeyDown={enter}
        onChange={(event) => onChange({ label: event.currentTarget.value })}
      />
      {OTHER_LANGUAGES.map((language) => (
        <TextInput
          key={language}
          size="xs"
          aria-label={t(`${words}.labelIn.${language}`, { number })}
          placeholder={t(`${words}.placeholderIn.${language}`)}
          maxLength={100}
          value={option.labels[language] ?? ''}
          onKeyDown={enter}
          onChange={(event) =>
            onChange({ labels: { ...option.labels, [language]: event.currentTarget.value } })
          }
        />
      ))}
      {option.value === undefined ? (
        <ActionIcon size={30} aria-label={t(`${words}.remove`, { option: name })} onClick={onRemove}>
          <IconTrash size={15} />
        </ActionIcon>
      ) : (
        // Records may have it, so it stays and is no longer offered.
        <ActionIcon
          size={30}
          aria-label={t(option.isRetired ? `${words}.unretire` : `${words}.retire`, { option: name })}
          title={t(option.isRetired ? `${words}.unretire` : `${words}.retire`, { option: name })}
          aria-pressed={option.isRetired}
          onClick={() => onChange({ isRetired: !option.isRetired })}
        >
          {option.isRetired ? <IconArchiveOff size={15} /> : <IconArchive size={15} />}
        </ActionIcon>
      )}
      {needed ? (
        <MultiSelect
          size="xs"
          className={classes['needs']}
          aria-label={t('options.for', { option: name, field: neededLabel })}
          placeholder={option.for.length ? undefined : t('options.forAny', { field: neededLabel })}
          data={needed.map(({ value, label }) => ({ value, label }))}
          value={option.for}
          onChange={(values) => onChange({ for: values })}
        />
      ) : null}
    </li>
  );
}
