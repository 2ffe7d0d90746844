import { useMutation, useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { ObjectDescription } from '@/records/object-description';
import type { ImportTemplate } from './api/import-templates';
import type { Inspection, Reading } from './api/import.types';
import { importQuery, inspectFile, type TableSource } from './api/imports';
import {
  type ImportChoices,
  livingChoices,
  mappedKeys,
  repeatedChoices,
  suggestedChoices,
  suggestedMatchBy,
} from './import-choices';

/** Parameters for inspecting a file. */
interface Inspecting {
  source: TableSource;
  how: Reading;
  /** Choices of an earlier import to repeat. */
  repeats?: ImportChoices;
  /** The template that they come from. */
  template?: ImportTemplate;
}

/**
 * The file of the wizard, how it is read, and what is chosen for it. An import to be repeated comes from the address, and so does
 * the object that is likely meant.
 * @param objects those that can be imported
 */
export function useFileChoices(objects: ObjectDescription[]) {
  const search = useSearch({ strict: false }) as { object?: string; from?: string };
  const [inspection, setInspection] = useState<Inspection | undefined>();
  const [reading, setReading] = useState<Reading>({});
  const [choices, setChoices] = useState<ImportChoices | undefined>();
  /** Whether the choices come from an earlier import. */
  const [isRepeated, setRepeated] = useState(false);
  const [template, setTemplate] = useState<ImportTemplate | undefined>();
  const object = objects.find(({ key }) => key === choices?.object);

  const inspect = useMutation({
    mutationFn: async ({ source, how, repeats }: Inspecting) => {
      const found = await inspectFile(source, how);
      // A file with the same columns is read as the last one was.
      const again = !repeats && source instanceof File ? found.previous : null;
      if (!again || objects.every(({ key }) => key !== again.object)) return { found, how };
      if (search.object && search.object !== again.object) return { found, how };
      const { choices: before, reading: chosen } = repeatedChoices(again);
      const { encoding: _, delimiter: __, sheet: ___, ...columns } = chosen;
      if (Object.keys(columns).length === 0) return { found, how, before };
      return { found: await inspectFile({ fileId: found.fileId }, columns), how: columns, before };
    },
    onSuccess: ({ found, how, before }, { source, repeats, template: used }) => {
      setInspection(found);
      setReading(how);
      const repeated = repeats ?? before;
      const meant = repeated && objects.find(({ key }) => key === repeated.object);
      if (meant) {
        setChoices(livingChoices(meant, found, repeated));
        setRepeated(true);
        setTemplate(used);
        return;
      }
      const isSame = !(source instanceof File) && choices !== undefined;
      const known = new Set(found.columns.map(({ name }) => name));
      // Reading the same file differently keeps the choices for columns that still exist.
      if (isSame && Object.keys(choices.columns).every((name) => known.has(name))) return;
      const wanted = objects.find(({ key }) => key === (choices?.object ?? search.object));
      const likely = objects.find(({ key }) => key === found.suggestions[0]?.object);
      const chosen = wanted ?? likely ?? objects[0];
      if (chosen) setChoices(suggestedChoices(chosen, found));
    },
  });
  const from = useQuery({ ...importQuery(search.from ?? ''), enabled: search.from !== undefined });
  const before = from.data;
  const began = useRef(false);
  useEffect(() => {
    // Another try with the file and choices of an earlier import.
    if (began.current || !before?.fileId || !before.options) return;
    began.current = true;
    const { choices: repeats, reading: how } = repeatedChoices(before.options);
    inspect.mutate({ source: { fileId: before.fileId }, how, repeats });
  }, [before, inspect.mutate]);

  const forget = () => {
    setRepeated(false);
    setTemplate(undefined);
  };
  return {
    object,
    inspection,
    reading,
    choices,
    isRepeated,
    template,
    /** The object that the address names. */
    preset: search.object,
    isReading: inspect.isPending,
    error: inspect.error,
    setChoices,
    /** Changes choices. A file that is mapped by hand may have a match key only now. */
    update: (next: ImportChoices) =>
      setChoices(
        object && next.matchBy.length === 0 && next.mode !== 'create'
          ? { ...next, matchBy: suggestedMatchBy(object, mappedKeys(next)) }
          : next,
      ),
    /** Reads another file. */
    readFile: (file: File) => {
      setInspection(undefined);
      setChoices(undefined);
      forget();
      inspect.mutate({ source: file, how: {} });
    },
    /** Reads the same file in another way. */
    readAgain: (how: Reading) => inspection && inspect.mutate({ source: { fileId: inspection.fileId }, how }),
    chooseObject: (chosen: ObjectDescription) =>
      inspection && setChoices(suggestedChoices(chosen, inspection)),
    /** Takes what a template says. The file at hand is read as it is; dates and numbers are read as the template says. */
    applyTemplate: (chosen: ImportTemplate) => {
      if (!inspection) return;
      const { choices: repeats, reading: kept } = repeatedChoices(chosen.options);
      const { encoding, delimiter, sheet } = reading;
      const { encoding: _, delimiter: __, sheet: ___, ...columns } = kept;
      const file = { encoding, delimiter, sheet, ...columns };
      const how = Object.fromEntries(Object.entries(file).filter(([, value]) => value)) as Reading;
      inspect.mutate({ source: { fileId: inspection.fileId }, how, repeats, template: chosen });
    },
    /** Drops the choices of an earlier import or a template. */
    startOver: () => {
      if (!inspection) return;
      const chosen = objects.find(({ key }) => key === (search.object ?? choices?.object));
      if (chosen) setChoices(suggestedChoices(chosen, inspection));
      forget();
      inspect.mutate({ source: { fileId: inspection.fileId }, how: {} });
    },
  };
}
