export default {
  reveal: { see: 'See the original', question: 'See the unmasked text?', effect: 'Shown for 60 seconds; the reason is kept in the audit log.', why: 'Reason', shown: 'original, masked in {n} s' },
};
