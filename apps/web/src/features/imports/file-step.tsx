import { Alert, Badge, Button, Group, Loader, Select, Text, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconFileSpreadsheet, IconUpload } from '@tabler/icons-react';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '@/lib/format/formats';
import { ApiProblem } from '@/lib/api-problem';
import { problemText } from '@/lib/problem-text';
import type { ObjectDescription } from '@/records/object-description';
import type { ImportTemplate } from './api/import-templates';
import { BlankFile } from './blank-file';
import { TemplatePicker } from './template-picker';
import type { DateOrder, Inspection, Reading } from './api/import.types';
import { DELIMITERS, ENCODINGS } from './dialects';
import classes from './import-wizard.module.css';

const MAX_BYTES = 200 * 1024 * 1024;

interface FileStepProps {
  objects: ObjectDescription[];
  object: ObjectDescription | undefined;
  inspection: Inspection | undefined;
  reading: Reading;
  isReading: boolean;
  error: Error | null;
  onFile: (file: File) => void;
  onReading: (reading: Reading) => void;
  onObject: (object: ObjectDescription) => void;
  /** Key of the object that the wizard was opened for. */
  preset: string | undefined;
  template: ImportTemplate | undefined;
  onTemplate: (template: ImportTemplate) => void;
}

/** Takes the file, shows how it was read and lets the user correct it. */
export function FileStep(props: FileStepProps) {
  const { inspection, isReading, error, onFile } = props;
  const { t } = useTranslation('imports');
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [refusal, setRefusal] = useState<string | undefined>();
  const take = (file: File | undefined) => {
    if (!file) return;
    if (file.size > MAX_BYTES) return setRefusal(t('file.tooLarge'));
    if (file.size === 0) return setRefusal(t('file.isEmpty'));
    setRefusal(undefined);
    onFile(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const problem =
    refusal ??
    (error ? (error instanceof ApiProblem && error.fields[0]?.message) || problemText(error) : undefined);
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut, the button inside does the same */}
      <div
        className={classes['drop']}
        data-over={isOver || undefined}
        data-small={inspection ? true : undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <span className={classes['dropIcon']} aria-hidden>
          {isReading ? (
            <Loader size={20} />
          ) : inspection ? (
            <IconFileSpreadsheet size={22} />
          ) : (
            <IconUpload size={22} />
          )}
        </span>
        <div className={classes['dropText']}>
          <Text size="sm" fw={600} className="pl-truncate" role="status">
            {isReading && !inspection ? t('file.reading') : (inspection?.name ?? t('file.drop'))}
          </Text>
          <Text size="xs" c="dimmed">
            {inspection ? <FileFacts inspection={inspection} /> : t('file.kinds')}
          </Text>
        </div>
        <Button variant={inspection ? 'default' : 'filled'} size="xs" onClick={() => input.current?.click()}>
          {inspection ? t('file.other') : t('file.choose')}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={t('file.choose')}
          accept=".csv,.tsv,.txt,.xlsx,.json,.jsonl,.ndjson,text/csv,application/json,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
      </div>
      {problem ? (
        <Alert color="red" variant="light" role="alert" mt="md" icon={<IconAlertTriangle size={18} />}>
          {problem}
        </Alert>
      ) : null}
      {inspection ? (
        <ReadFile {...props} inspection={inspection} />
      ) : isReading ? null : (
        <BlankFile objects={props.objects} preset={props.preset} />
      )}
    </>
  );
}

function FileFacts({ inspection }: { inspection: Inspection }) {
  const { t } = useTranslation('imports');
  const formats = useFormats();
  const size = new Intl.NumberFormat(formats.locale, {
    style: 'unit',
    unit: inspection.size >= 1_000_000 ? 'megabyte' : 'kilobyte',
    maximumFractionDigits: 1,
  }).format(inspection.size >= 1_000_000 ? inspection.size / 1_000_000 : inspection.size / 1000);
  const key = inspection.totalIsExact ? 'file.facts' : 'file.factsAbout';
  return t(key, { count: inspection.totalEstimate, columns: inspection.columns.length, size });
}

function ReadFile({
  objects,
  object,
  inspection,
  reading,
  isReading,
  onReading,
  onObject,
  preset,
  template,
  onTemplate,
}: FileStepProps & { inspection: Inspection }) {
  const { t } = useTranslation('imports');
  const likely = inspection.suggestions[0]?.object;
  const change = (part: Partial<Reading>) =>
    onReading(Object.fromEntries(Object.entries({ ...reading, ...part }).filter(([, value]) => value)));
  return (
    <>
      <div className={classes['settings']}>
        <Select
          label={t('file.object')}
          data={objects.map(({ key, pluralLabel }) => ({ value: key, label: pluralLabel }))}
          value={object?.key ?? null}
          allowDeselect={false}
          searchable={objects.length > 8}
          rightSection={
            object && object.key === likely ? (
              <Badge size="xs" variant="light" className={classes['suggested']}>
                {t('suggested')}
              </Badge>
            ) : undefined
          }
          rightSectionWidth={object && object.key === likely ? 92 : undefined}
          onChange={(key) => {
            const chosen = objects.find((candidate) => candidate.key === key);
            if (chosen) onObject(chosen);
          }}
        />
        <TemplatePicker
          inspection={inspection}
          object={preset}
          template={template}
          isDisabled={isReading}
          onTemplate={onTemplate}
        />
        {inspection.encoding === null ? null : (
          <Select
            label={t('file.encoding')}
            data={[...new Set([...ENCODINGS, inspection.encoding ?? 'utf-8'])].map((value) => ({
              value,
              label: value.toUpperCase(),
            }))}
            value={inspection.encoding}
            allowDeselect={false}
            searchable
            disabled={isReading}
            onChange={(encoding) => encoding && change({ encoding })}
          />
        )}
        {inspection.delimiter === null ? null : (
          <Select
            label={t('file.delimiter')}
            data={DELIMITERS.map(({ value, key }) => ({ value, label: t(`delimiter.${key}`) }))}
            value={inspection.delimiter}
            allowDeselect={false}
            disabled={isReading}
            onChange={(delimiter) => delimiter && change({ delimiter })}
          />
        )}
        {inspection.sheet === null ? null : (
          <Select
            label={t('file.sheet')}
            data={inspection.sheets}
            value={inspection.sheet}
            allowDeselect={false}
            disabled={isReading}
            onChange={(sheet) => sheet && change({ sheet })}
          />
        )}
        <Select
          label={t('file.dateOrder')}
          data={(['YMD', 'DMY', 'MDY'] as DateOrder[]).map((value) => ({
            value,
            label: t(`dateOrder.${value}`),
          }))}
          value={inspection.dateOrder}
          placeholder={t('file.noDates')}
          allowDeselect={false}
          disabled={isReading}
          onChange={(dateOrder) => dateOrder && change({ dateOrder: dateOrder as DateOrder })}
        />
      </div>
      {inspection.problems.map(({ code, message }) => (
        <Alert key={code} color="yellow" variant="light" mt="sm" icon={<IconAlertTriangle size={18} />}>
          {message}
        </Alert>
      ))}
      <Group justify="space-between" mt="lg" mb={6}>
        <h2 className={classes['subtitle']}>{t('file.preview')}</h2>
        <Text size="xs" c="dimmed" aria-live="polite">
          {isReading ? t('file.reading') : t('file.previewRows', { count: inspection.rows.length })}
        </Text>
      </Group>
      <PreviewTable inspection={inspection} isReading={isReading} />
    </>
  );
}

function PreviewTable({ inspection, isReading }: { inspection: Inspection; isReading: boolean }) {
  const { t } = useTranslation('imports');
  return (
    <section
      className={classes['preview']}
      data-reading={isReading || undefined}
      aria-label={t('file.preview')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table>
        <thead>
          <tr>
            <th scope="col">
              <VisuallyHidden>{t('file.row')}</VisuallyHidden>
            </th>
            {inspection.columns.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {inspection.rows.map((cells, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other identity
            <tr key={index}>
              <td className={classes['rowNumber']}>{index + 2}</td>
              {inspection.columns.map(({ name }, column) => (
                <td key={name}>{cells[column]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
