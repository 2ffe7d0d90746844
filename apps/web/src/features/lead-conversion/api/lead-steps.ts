import { ApiProblem } from '@/lib/api-problem';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';
import type { RecordData, RecordReference } from '@/records/object-description';

const json = { 'Content-Type': 'application/json' };

export interface Conversion {
  /** Joins this account instead of creating one. */
  accountId?: string;
  /** Creates one, whatever is there. */
  newAccount?: boolean;
  contactId?: string;
  newContact?: boolean;
  createOpportunity?: boolean;
  /** What the new deal starts with. */
  opportunity?: { name?: string; amount?: string; closeDate?: string };
}

export interface Converted {
  account: RecordReference | null;
  contact: RecordReference | null;
  opportunity: RecordReference | null;
  /** Options of the lead that what it became does not offer, and where they stand instead. */
  notOffered: { object: string; field: string; value: string; keptIn: 'description' | null }[];
}

/** A record that may be the lead already. */
export interface Candidate {
  id: string;
  name: string | null;
  because: 'sameName' | 'sameDomain' | 'sameEmail';
}

/** The candidates among which the server asks to choose; none for any other error. */
export function candidatesOf(error: unknown): { account: Candidate[]; contact: Candidate[] } {
  const isAsked = error instanceof ApiProblem && error.code === 'possibleDuplicates';
  const found = isAsked ? (error.document['candidates'] as Partial<Record<string, Candidate[]>>) : {};
  return { account: found['account'] ?? [], contact: found['contact'] ?? [] };
}

function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: recordKeys.all });
  void queryClient.invalidateQueries({ queryKey: ['totals'] });
}

/** Converting a second time gives the first answer. */
export async function convertLead(id: string, conversion: Conversion): Promise<Converted> {
  const answer = await client.post({
    url: `${API_ROOT}/leads/${id}/convert`,
    body: conversion as Record<string, unknown>,
    headers: json,
  });
  refresh();
  return answer as unknown as Converted;
}

export async function disqualifyLead(id: string, reason: string): Promise<RecordData> {
  const lead = await client.post({
    url: `${API_ROOT}/leads/${id}/disqualify`,
    body: { reason },
    headers: json,
  });
  refresh();
  return lead as unknown as RecordData;
}

export async function reopenLead(id: string): Promise<RecordData> {
  const lead = await client.post({ url: `${API_ROOT}/leads/${id}/reopen` });
  refresh();
  return lead as unknown as RecordData;
}
