-- x_tell: there is nobody to tell: whoever watches a file asks it.
SELECT 1 AS told;
