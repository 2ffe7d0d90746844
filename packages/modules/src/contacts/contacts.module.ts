import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import { RecordService } from '@pellucid/platform/records';
import { AccountContactsRepository } from './account-contacts.repository.js';
import { AccountContactsService } from './account-contacts.service.js';
import { contactNameParticipant, primaryContactParticipants } from './primary-contact.participant.js';

/** Contacts and their links to accounts. */
@Module({ providers: [AccountContactsRepository, AccountContactsService], exports: [AccountContactsService] })
export class ContactsModule implements OnModuleInit {
  constructor(@Inject(RecordService) private readonly records: RecordService) {}

  onModuleInit(): void {
    this.records.participate(contactNameParticipant);
    for (const participant of primaryContactParticipants(this.records)) this.records.participate(participant);
  }
}
