/** Why a record is followed without being asked for. */
export const AUTO_REASONS = ['owner', 'created', 'commented', 'mentioned'] as const;
export type AutoReason = (typeof AUTO_REASONS)[number];

/** Why a record is followed; `chosen` by the person themselves. */
export const FOLLOW_REASONS = ['chosen', ...AUTO_REASONS] as const;
export type FollowReason = (typeof FOLLOW_REASONS)[number];

/** Which records follow by themselves, of people who chose nothing. */
export const USUAL_AUTO_FOLLOW: Record<AutoReason, boolean> = {
  owner: true,
  created: false,
  commented: true,
  mentioned: true,
};

/** A record, by its object. */
export interface RecordRef {
  object: string;
  recordId: string;
}

/** Why a record is followed, and through which record: itself, or the one that mentions the person. */
export interface FollowCause {
  reason: FollowReason;
  via: RecordRef;
}

/** That a person follows a record for one reason. */
export interface Follow extends RecordRef, FollowCause {
  memberId: string;
  since: Date;
}

/** Identifies a record among those of all objects. */
export const keyOf = ({ object, recordId }: RecordRef): string => `${object}/${recordId}`;
