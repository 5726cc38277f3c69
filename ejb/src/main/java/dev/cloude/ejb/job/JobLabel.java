package dev.cloude.ejb.job;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.Objects;

/** One label of a job, for searching. */
@Entity
@Table(name = "job_label")
@IdClass(JobLabel.Key.class)
public class JobLabel {
  @Id
  @Column(name = "job_id")
  private String jobId;

  @Id
  @Column(name = "label_name")
  private String name;

  @Column(name = "label_value")
  private String value;

  protected JobLabel() {}

  JobLabel(String jobId, String name, String value) {
    this.jobId = jobId;
    this.name = name;
    this.value = value;
  }

  String value() {
    return value;
  }

  /** A job has a label once. */
  public static class Key implements Serializable {
    private static final long serialVersionUID = 1L;

    private String jobId;
    private String name;

    /** For the persistence provider. */
    public Key() {}

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && Objects.equals(jobId, key.jobId)
          && Objects.equals(name, key.name);
    }

    @Override
    public int hashCode() {
      return Objects.hash(jobId, name);
    }
  }
}
