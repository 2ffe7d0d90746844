import { Module } from '@nestjs/common';
import { ContactsModule } from '../contacts.module.js';
import { AccountContactsController } from './account-contacts.controller.js';

@Module({ imports: [ContactsModule], controllers: [AccountContactsController] })
export class ContactsHttpModule {}
