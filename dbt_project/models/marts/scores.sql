select
    release_id, scope, truth_rows, true_positive, false_positive, false_negative, true_negative, unlisted,
    precision, recall, youden
from {{ ref('int_scores__tallied') }}
