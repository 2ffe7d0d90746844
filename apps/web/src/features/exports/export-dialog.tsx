import {
  Button,
  Checkbox,
  Group,
  MultiSelect,
  Radio,
  SegmentedControl,
  Select,
  Stack,
  Text,
} from '@mantine/core';
import { numberNotation } from '@pellucid/conditions/locale-text';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { zoneChoices } from '@/lib/format/format-choices';
import { CancelButton, Modal } from '@/lib/layers/overlays';
import { problemText } from '@/lib/problem-text';
import { useList } from '@/records/list/use-list';
import type { ObjectDescription } from '@/records/object-description';
import { type CsvDelimiter, type ExportFormat, startExport } from './api/exports';
import classes from './export-dialog.module.css';
import { showExport } from './export-notice';

const FORMATS: ExportFormat[] = ['csv', 'xlsx', 'jsonl'];
/** What every record has besides its fields and ID. */
const EVERY_RECORD = ['createdAt', 'createdBy', 'updatedAt', 'updatedBy'] as const;

const DELIMITERS: Record<CsvDelimiter, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };

interface ExportDialogProps {
  object: ObjectDescription;
  /** The selected records; what the list shows if there are none. */
  ids?: string[] | undefined;
  isOpen: boolean;
  onClose: () => void;
}

/** Asks what of the records to export and how, and starts the export. */
export default function ExportDialog({ object, ids, isOpen, onClose }: ExportDialogProps) {
  const { t } = useTranslation('exports');
  const formats = useFormats();
  const { columns, count, request } = useList(object);
  const [format, setFormat] = useState<ExportFormat>('csv');
  const [which, setWhich] = useState<'columns' | 'all' | 'chosen'>('columns');
  const [chosen, setChosen] = useState<string[]>([]);
  const [references, setReferences] = useState<'name' | 'id'>('name');
  const [zone, setZone] = useState(formats.zone);
  const [decimalMark, setDecimalMark] = useState(numberNotation(formats.locale).decimalMark);
  const [delimiter, setDelimiter] = useState<CsvDelimiter | ''>('');
  const [isMarked, setMarked] = useState(true);
  const own = [...object.fields, ...(object.lines ?? [])].map(({ key, label }) => ({ value: key, label }));
  // Lists describe some of what every record has as fields.
  const choices = [
    { value: 'id', label: t('recordId') },
    ...own,
    ...EVERY_RECORD.filter((key) => !own.some(({ value }) => value === key)).map((key) => ({
      value: key,
      label: t(key),
    })),
  ];
  const listed = columns.map(({ field }) => field.key);
  const fields = which === 'all' ? undefined : which === 'columns' ? ['id', ...listed] : chosen;
  const start = useMutation({
    mutationFn: () =>
      startExport({
        object: object.key,
        format,
        ...(ids ? { ids } : {}),
        ...(ids ? {} : request),
        ...(ids && request.sort ? { sort: request.sort } : {}),
        ...(fields ? { fields } : {}),
        ...(format === 'jsonl' ? {} : { references, zone }),
        ...(format === 'csv' ? { decimalMark, bom: isMarked, ...(delimiter ? { delimiter } : {}) } : {}),
      }),
    onSuccess: (id) => {
      onClose();
      showExport(id);
    },
  });
  const total = ids ? ids.length : count?.value;
  const number = total === undefined ? '' : `${formats.number(total)}${!ids && count?.capped ? '+' : ''}`;
  const what = total === 1 ? object.label : object.pluralLabel;
  return (
    <Modal opened={isOpen} onClose={onClose} isDirty={false} title={t('title', { number, what })} size="md">
      <Stack gap="md">
        <div>
          <Text size="sm" fw={500} id="export-format" mb={4}>
            {t('format')}
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby="export-format"
            value={format}
            onChange={(value) => setFormat(value as ExportFormat)}
            data={FORMATS.map((value) => ({ value, label: t(`formats.${value}`) }))}
          />
          <Text size="xs" c="dimmed" mt={4}>
            {t(`formatHelp.${format}`)}
          </Text>
        </div>
        <Radio.Group
          label={t('fields')}
          value={which}
          onChange={(value) => {
            if (value === 'chosen' && !chosen.length) setChosen(['id', ...listed]);
            setWhich(value as typeof which);
          }}
        >
          <Stack gap={6} mt={6}>
            <Radio value="columns" label={t('listColumns', { count: columns.length })} />
            <Radio value="all" label={t('allFields')} />
            <Radio value="chosen" label={t('chooseFields')} />
          </Stack>
        </Radio.Group>
        {which === 'chosen' ? (
          <MultiSelect
            className={classes['chosen']!}
            aria-label={t('chooseFields')}
            data={choices}
            value={chosen}
            onChange={setChosen}
            searchable
            clearable
            hidePickedOptions
            nothingFoundMessage={t('noField')}
            clearButtonProps={{ 'aria-label': t('clearFields') }}
          />
        ) : null}
        {format === 'jsonl' ? null : (
          <>
            <Select
              label={t('references')}
              description={t('referencesHelp')}
              allowDeselect={false}
              value={references}
              onChange={(value) => setReferences(value === 'id' ? 'id' : 'name')}
              data={[
                { value: 'name', label: t('names') },
                { value: 'id', label: t('ids') },
              ]}
            />
            <div className={classes['pair']}>
              <Select
                label={t('zone')}
                searchable
                allowDeselect={false}
                value={zone}
                onChange={(value) => value && setZone(value)}
                data={zoneChoices(zone, new Date())}
              />
              {format === 'csv' ? (
                <Select
                  label={t('numbers')}
                  allowDeselect={false}
                  value={decimalMark}
                  onChange={(value) => setDecimalMark(value === ',' ? ',' : '.')}
                  data={[
                    { value: '.', label: '1500.50' },
                    { value: ',', label: '1500,50' },
                  ]}
                />
              ) : null}
            </div>
            {format === 'csv' ? (
              <>
                <Select
                  label={t('delimiter')}
                  allowDeselect={false}
                  value={delimiter}
                  onChange={(value) => setDelimiter((value ?? '') as CsvDelimiter | '')}
                  data={[
                    {
                      value: '',
                      label: t(decimalMark === ',' ? 'delimiters.usualSemicolon' : 'delimiters.usualComma'),
                    },
                    ...Object.entries(DELIMITERS).map(([value, name]) => ({
                      value,
                      label: t(`delimiters.${name}`),
                    })),
                  ]}
                />
                <Checkbox
                  label={t('bom')}
                  description={t('bomHelp')}
                  checked={isMarked}
                  onChange={(event) => setMarked(event.currentTarget.checked)}
                />
              </>
            ) : null}
          </>
        )}
        {start.error ? (
          <Text size="sm" c="var(--pl-bad)" role="alert">
            {problemText(start.error)}
          </Text>
        ) : null}
        <Group justify="flex-end" gap="xs">
          <CancelButton>{t('cancel')}</CancelButton>
          <Button
            loading={start.isPending}
            disabled={which === 'chosen' && !chosen.length}
            onClick={() => start.mutate()}
          >
            {t('start', { number, what })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
